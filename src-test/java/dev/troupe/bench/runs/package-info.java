/// What a run costs between its steps, beside LangGraph.
@NullMarked
package dev.troupe.bench.runs;

import org.jspecify.annotations.NullMarked;
