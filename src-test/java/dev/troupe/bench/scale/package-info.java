/// How much the control plane carries: calls through two nodes, and programs in one.
@NullMarked
package dev.troupe.bench.scale;

import org.jspecify.annotations.NullMarked;
