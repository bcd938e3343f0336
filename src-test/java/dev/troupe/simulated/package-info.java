@NullMarked
package dev.troupe.simulated;

import org.jspecify.annotations.NullMarked;
