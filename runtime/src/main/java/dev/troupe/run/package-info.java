/// How a run goes on: an event-sourced aggregate, and the decisions over it. Pure.
@NullMarked
package dev.troupe.run;

import org.jspecify.annotations.NullMarked;
