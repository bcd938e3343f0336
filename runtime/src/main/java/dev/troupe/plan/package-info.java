/// What a run is to do: plans, their steps and policies, read from what users send and checked whole.
@NullMarked
package dev.troupe.plan;

import org.jspecify.annotations.NullMarked;
