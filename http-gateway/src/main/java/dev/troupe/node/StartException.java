package dev.troupe.node;

/// The node cannot start. Its message is one line for the user.
final class StartException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  StartException(String message, Throwable cause) {
    super(message, cause);
  }
}
