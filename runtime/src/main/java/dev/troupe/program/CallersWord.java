package dev.troupe.program;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// What the callers of a program have said of it beside its calls, over its lives. Of what stays the same
/// for good the first word counts, of all else the last. Mutable, confined.
final class CallersWord {

  private Optional<Program.Id> parent = Optional.empty();
  private Optional<String> source = Optional.empty();
  private Map<String, String> metadata = Map.of();
  private OptionalInt priority = OptionalInt.empty();

  /// A call came.
  void called(String source, Optional<Program.Id> parent) {
    this.source = Optional.of(source);
    this.parent = this.parent.or(() -> parent);
  }

  /// The program was declared.
  void opened(Optional<Program.Id> parent, Map<String, String> metadata) {
    this.source = source.or(() -> Optional.of("declared"));
    this.parent = this.parent.or(() -> parent);
    this.metadata = metadata.isEmpty() ? this.metadata : Map.copyOf(metadata);
  }

  void matters(int priority) {
    this.priority = OptionalInt.of(priority);
  }

  /// Takes over what an earlier life left behind; what this one has been told since counts.
  void restore(ProgramView kept) {
    parent = kept.parent().or(() -> parent);
    source = Optional.of(kept.source());
    metadata = metadata.isEmpty() ? kept.metadata() : metadata;
    priority = priority.isPresent() ? priority : OptionalInt.of(kept.priority());
  }

  /// The program that spawned it.
  Optional<Program.Id> parent() {
    return parent;
  }

  /// How it was recognized.
  String source() {
    return source.orElse("unknown");
  }

  Map<String, String> metadata() {
    return metadata;
  }

  /// How much it matters beside others.
  int priority() {
    return priority.orElse(ProgramPriority.DEFAULT);
  }
}
