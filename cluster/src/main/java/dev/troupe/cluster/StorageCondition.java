package dev.troupe.cluster;

import java.util.Optional;

/// How the database is that programs are written to.
///
/// @param isOpen whether the latest attempt to reach it succeeded
/// @param failures attempts in a row that have failed
/// @param latest why the latest of them did
record StorageCondition(boolean isOpen, int failures, Optional<String> latest) {

  static final StorageCondition UNKNOWN =
      new StorageCondition(false, 0, Optional.of("not reached yet"));
  static final StorageCondition OPEN = new StorageCondition(true, 0, Optional.empty());

  /// Another attempt has failed.
  StorageCondition failed(Throwable cause) {
    return new StorageCondition(false, failures + 1, Optional.of(StorageFailure.text(cause)));
  }

  /// Whether it is not worth asking.
  boolean isFailing() {
    return failures > 0;
  }

  /// Whether it is not worth waiting for. One batch that failed says little: the next follows soon. A question
  /// that fails of the same cause counts too.
  boolean isAway() {
    return failures > 2;
  }

  /// Whether the latest failure has another reason than the one before.
  boolean isNews(StorageCondition before) {
    return !latest.equals(before.latest());
  }
}
