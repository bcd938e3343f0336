/// What is known and decided about one engine: pure values and decisions.
@NullMarked
package dev.troupe.engine;

import org.jspecify.annotations.NullMarked;
