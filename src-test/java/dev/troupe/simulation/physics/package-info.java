@NullMarked
package dev.troupe.simulation.physics;

import org.jspecify.annotations.NullMarked;
