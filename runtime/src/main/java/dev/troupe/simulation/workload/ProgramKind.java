package dev.troupe.simulation.workload;

/// How programs of one kind are generated.
sealed interface ProgramKind permits Conversation, TreeSearch, CodingSession, MapReduce {

  /// The `kind` of its programs.
  String label();

  /// Length of the text with which all its programs begin their prompts.
  int systemTokens();

  /// Adds the calls of one program.
  void write(Draft draft);
}
