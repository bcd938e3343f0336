/// Programs of Troupe in processes of their own, for benchmarks and tests that look at them from
/// outside.
@NullMarked
package dev.troupe.process;

import org.jspecify.annotations.NullMarked;
