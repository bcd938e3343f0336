package dev.troupe.simulation.workload;

import dev.troupe.simulation.workload.Span.Work;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The spans of one trace: which are part of which, and which of them are calls.
///
/// A span whose parent is not in the file begins a tree of its own, since callers further up are often
/// not exported. A call to a model inside another, with no tool or agent between, is the same call,
/// told by a framework and by its client: only the outer one counts, unless it counts no tokens.
final class SpanTree {

  private final Path file;
  private final Map<String, Span> byId = new LinkedHashMap<>();
  private final Map<String, List<Span>> parts = new HashMap<>();
  private final List<Span> roots = new ArrayList<>();
  private final Map<String, Work.ModelCall> calls = new HashMap<>();
  private final Set<String> reached = new HashSet<>();

  private SpanTree(Path file) {
    this.file = file;
  }

  /// @param spans of one trace, at least one
  /// @throws BadTraceException when two have one id, when parents make a cycle, or when a call counts
  ///     no tokens
  static SpanTree of(Path file, List<Span> spans) throws BadTraceException {
    var tree = new SpanTree(file);
    for (var span : spans) {
      if (tree.byId.putIfAbsent(span.id(), span) != null) {
        throw tree.bad(
            span,
            "is there twice in its trace; leave out one of them, or the file that was joined twice");
      }
    }
    for (var span : spans) {
      boolean isRoot = !tree.byId.containsKey(span.parent());
      (isRoot ? tree.roots : tree.parts.computeIfAbsent(span.parent(), _ -> new ArrayList<>()))
          .add(span);
    }
    for (var root : tree.roots) {
      tree.reach(root, false);
    }
    for (var span : spans) {
      if (!tree.reached.contains(span.id())) {
        throw tree.bad(
            span, "its parents make a cycle; correct parentSpanId, or leave out the trace");
      }
    }
    return tree;
  }

  /// @return whether there is a call whose tokens are known in it
  private boolean reach(Span span, boolean isInCall) throws BadTraceException {
    reached.add(span.id());
    boolean has = span.work() instanceof Work.ModelCall;
    if (span.work() instanceof Work.ModelCall call && !isInCall) {
      calls.put(span.id(), call);
    }
    boolean isCall =
        switch (span.work()) {
          case Work.ModelCall _ -> true;
          case Work.Step _ -> false;
          case Work.Uncounted _, Work.Other _ -> isInCall;
        };
    for (var part : parts(span)) {
      has |= reach(part, isCall);
    }
    if (span.work() instanceof Work.Uncounted && !has && !isInCall) {
      throw bad(
          span,
          "is a call without gen_ai.usage.input_tokens and gen_ai.usage.output_tokens, and did not"
              + " fail; have what records it count tokens (of streams, many clients ask for them with"
              + " stream_options.include_usage), or leave out the trace");
    }
    return has;
  }

  private BadTraceException bad(Span span, String reason) {
    return new BadTraceException(file, span.line(), "span " + span.id() + ": " + reason);
  }

  /// The one that begins first.
  Span first() {
    return roots.stream().min(Comparator.comparingLong(Span::startNanos)).orElseThrow();
  }

  /// Spans that are part of no other.
  List<Span> roots() {
    return List.copyOf(roots);
  }

  /// Spans that are directly part of one.
  List<Span> parts(Span span) {
    return parts.getOrDefault(span.id(), List.of());
  }

  /// What a span is as a call; empty where it is none.
  Optional<Work.ModelCall> call(Span span) {
    return Optional.ofNullable(calls.get(span.id()));
  }
}
