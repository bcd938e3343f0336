@NullMarked
package dev.troupe.simulation;

import org.jspecify.annotations.NullMarked;
