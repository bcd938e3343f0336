package dev.troupe.embedded;

/// The embedded engine cannot be had. The message is one line that says what to do.
public final class EmbeddedEngineException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public EmbeddedEngineException(String message) {
    super(message);
  }

  public EmbeddedEngineException(String message, Throwable cause) {
    super(message, cause);
  }
}
