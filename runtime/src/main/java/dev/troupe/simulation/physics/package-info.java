/// Engines in virtual time: batching, KV memory, prefix cache, step times.
@NullMarked
package dev.troupe.simulation.physics;

import org.jspecify.annotations.NullMarked;
