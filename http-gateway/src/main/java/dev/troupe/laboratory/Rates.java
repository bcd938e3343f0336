package dev.troupe.laboratory;

/// How fast the programs of an experiment came, and how fast they can.
interface Rates {

  /// Programs per second that the engines serve at load 1. Blocks until that is simulated.
  double capacity();

  /// The programs themselves.
  Census census();
}
