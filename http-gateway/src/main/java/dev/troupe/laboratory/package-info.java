/// The laboratory's command line: what is simulated, and how its results are shown.
@NullMarked
package dev.troupe.laboratory;

import org.jspecify.annotations.NullMarked;
