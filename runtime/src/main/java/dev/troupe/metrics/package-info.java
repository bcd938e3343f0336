/// What Troupe measures of itself: the only package that knows Kamon.
@NullMarked
package dev.troupe.metrics;

import org.jspecify.annotations.NullMarked;
