package dev.troupe.simulated;

/// The faults still to come. Confined to the engine's event loop.
final class FaultPlan {

  private static final Fault NONE = new Fault.None();

  private Fault fault = NONE;
  private int left;

  /// @param times requests that meet the fault
  void plan(Fault next, int times) {
    fault = next;
    left = times;
  }

  /// The fault of the request that has just come.
  Fault next() {
    if (left == 0) {
      return NONE;
    }
    left--;
    return fault;
  }
}
