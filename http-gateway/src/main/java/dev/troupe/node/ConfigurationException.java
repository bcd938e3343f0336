package dev.troupe.node;

/// The configuration cannot be used. Its message is one line for the user: the key, the cause, the
/// mend.
final class ConfigurationException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  ConfigurationException(String message) {
    super(message);
  }

  ConfigurationException(String message, Throwable cause) {
    super(message, cause);
  }
}
