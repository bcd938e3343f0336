/// The laboratory: programs replayed in virtual time through the policy classes that ship.
@NullMarked
package dev.troupe.simulation;

import org.jspecify.annotations.NullMarked;
