/// The way in over HTTP: what callers send is read, recognized, started as a call, and answered.
@NullMarked
package dev.troupe.gateway;

import org.jspecify.annotations.NullMarked;
