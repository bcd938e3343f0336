package dev.troupe.cluster;

import dev.troupe.run.RunRefusal;

/// A run did not do what it was asked, or there is none.
public final class RunRefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final RunRefusal.Code code;

  RunRefusedException(RunRefusal refusal) {
    super(refusal.code().word() + ": " + refusal.message());
    this.code = refusal.code();
  }

  /// Of what kind.
  public RunRefusal.Code code() {
    return code;
  }
}
