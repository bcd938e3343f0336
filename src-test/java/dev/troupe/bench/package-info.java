/// What the gateway costs, measured from outside.
@NullMarked
package dev.troupe.bench;

import org.jspecify.annotations.NullMarked;
