/// What a simulation is fed with: recorded and generated programs.
@NullMarked
package dev.troupe.simulation.workload;

import org.jspecify.annotations.NullMarked;
