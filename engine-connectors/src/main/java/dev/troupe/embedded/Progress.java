package dev.troupe.embedded;

/// Hears how far a long step has come.
public interface Progress {

  /// Told now and then.
  ///
  /// @param what the step, in a few words
  /// @param doneBytes so far
  /// @param totalBytes in the end; 0 when it is not known
  void advanced(String what, long doneBytes, long totalBytes);

  /// Told once, when the step has come to its end.
  void finished(String what);

  /// Hears and says nothing.
  static Progress silent() {
    return new Progress() {
      @Override
      public void advanced(String what, long doneBytes, long totalBytes) {}

      @Override
      public void finished(String what) {}
    };
  }
}
