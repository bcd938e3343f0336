package dev.troupe.run;

/// An event of a run with its place in the run's history.
///
/// @param sequence from 1, without gaps
/// @param atMillis wall-clock time of the decision, never before that of the event before
public record Recorded(long sequence, long atMillis, RunEvent event) {}
