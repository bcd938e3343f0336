/// Programs and their calls as values.
@NullMarked
package dev.troupe.program;

import org.jspecify.annotations.NullMarked;
