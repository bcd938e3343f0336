package dev.troupe.front;

import java.net.InetSocketAddress;

/// A node behind the front, as it was when last asked.
public record Target(InetSocketAddress address, State state) {

  public enum State {
    /// Calls would be served.
    READY,
    /// It lives, and serves nothing yet or leaves.
    ANSWERING,
    SILENT
  }
}
