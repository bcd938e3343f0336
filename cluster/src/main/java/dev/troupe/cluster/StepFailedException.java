package dev.troupe.cluster;

/// Thrown by a [StepFunction] to say how its step fails.
public final class StepFailedException extends Exception {

  private static final long serialVersionUID = 1L;

  private final boolean isTransient;

  private StepFailedException(String message, boolean isTransient) {
    super(message);
    this.isTransient = isTransient;
  }

  /// Another attempt cannot mend it.
  ///
  /// @param message one sentence for whoever looks at the run
  public static StepFailedException lasting(String message) {
    return new StepFailedException(message, false);
  }

  /// It may pass: the step's retries apply.
  ///
  /// @param message one sentence for whoever looks at the run
  public static StepFailedException passing(String message) {
    return new StepFailedException(message, true);
  }

  /// Whether another attempt may succeed.
  public boolean isTransient() {
    return isTransient;
  }
}
