package dev.troupe.laboratory;

import java.util.OptionalDouble;

/// How fast the programs of an experiment came, and how fast they can.
interface Rates {

  /// Programs per second that the engines serve at load 1. Blocks until that is simulated.
  double capacity();

  /// Programs per second in the trace; empty where none is told.
  OptionalDouble recorded();
}
