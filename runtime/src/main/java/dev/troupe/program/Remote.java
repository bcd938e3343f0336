package dev.troupe.program;

/// A message that may cross nodes. Implementations are records of serializable parts.
public interface Remote {}
