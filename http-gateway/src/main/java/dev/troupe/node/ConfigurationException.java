package dev.troupe.node;

import java.util.Collection;
import java.util.List;

/// The configuration cannot be used. Its message has a line for each problem: the key, the cause,
/// the mend.
final class ConfigurationException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  ConfigurationException(String message) {
    super(message);
  }

  ConfigurationException(String message, Throwable cause) {
    super(message, cause);
  }

  ConfigurationException(Collection<String> problems) {
    super(String.join("\n", problems));
  }

  /// What a failed reading says is wrong. What libraries add in further lines is no news to the user.
  static List<String> problems(RuntimeException broken) {
    var lines = String.valueOf(broken.getMessage()).lines();
    return (broken instanceof ConfigurationException ? lines : lines.limit(1)).toList();
  }
}
