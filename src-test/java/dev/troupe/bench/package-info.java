/// What the gateway costs, and whether it stays so, measured from outside.
@NullMarked
package dev.troupe.bench;

import org.jspecify.annotations.NullMarked;
