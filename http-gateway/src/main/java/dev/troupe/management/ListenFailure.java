package dev.troupe.management;

/// Why nothing can listen at an address, as the system says it, and what mends that.
public final class ListenFailure {

  private ListenFailure() {}

  /// @param why as thrown when the address was tried
  /// @param host what mends a host that is none of this machine's
  /// @param port what mends all else: a port that is taken or not allowed
  /// @return the one of the two that does
  public static String mend(Throwable why, String host, String port) {
    var said = String.valueOf(why.getMessage());
    boolean isElsewhere =
        said.contains("assign requested address") || said.contains("Unresolved address");
    return isElsewhere ? host : port;
  }
}
