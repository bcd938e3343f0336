/// Speaks to engines: the transport that carries bytes, and what the dialects say.
@NullMarked
package dev.troupe.connector;

import org.jspecify.annotations.NullMarked;
