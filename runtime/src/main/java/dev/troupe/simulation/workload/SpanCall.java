package dev.troupe.simulation.workload;

import dev.troupe.simulation.workload.Span.Work;
import java.util.List;

/// One call of a trace of spans.
///
/// @param parents positions of the calls it is taken to need, each before its own
record SpanCall(Span span, Work.ModelCall work, List<Integer> parents) {

  SpanCall {
    parents = List.copyOf(parents);
  }
}
