package dev.troupe.chaos;

import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;

/// Connections that clients keep open between their calls, by gateway. For many threads.
final class IdleConnections implements AutoCloseable {

  private final ConcurrentHashMap<NodeAddress, ConcurrentLinkedDeque<ClientConnection>> idle =
      new ConcurrentHashMap<>();

  /// One that is still open; it is the caller's from now on.
  Optional<ClientConnection> take(NodeAddress gateway) {
    var kept = of(gateway);
    for (var next = kept.pollFirst(); next != null; next = kept.pollFirst()) {
      if (next.isOpen()) {
        return Optional.of(next);
      }
      next.close();
    }
    return Optional.empty();
  }

  void keep(NodeAddress gateway, ClientConnection connection) {
    of(gateway).addFirst(connection);
  }

  private ConcurrentLinkedDeque<ClientConnection> of(NodeAddress gateway) {
    return idle.computeIfAbsent(gateway, _ -> new ConcurrentLinkedDeque<>());
  }

  @Override
  public void close() {
    idle.values().forEach(kept -> kept.forEach(ClientConnection::close));
  }
}
