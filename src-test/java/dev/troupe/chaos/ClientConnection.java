package dev.troupe.chaos;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/// A client's connection to a gateway, which serves one call after the other.
final class ClientConnection implements AutoCloseable {

  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);

  /// Longer than a pause of a node that is to be survived; gateways break their silence every 10 s.
  private static final Duration SILENCE_LIMIT = Duration.ofSeconds(45);

  private final Socket socket;
  private final InputStream in;

  private ClientConnection(Socket socket, InputStream in) {
    this.socket = socket;
    this.in = in;
  }

  /// @throws IOException when nobody listens
  static ClientConnection open(NodeAddress gateway) throws IOException {
    var socket = new Socket();
    try {
      socket.connect(
          new InetSocketAddress(gateway.host(), gateway.gatewayPort()),
          (int) CONNECT_LIMIT.toMillis());
      socket.setTcpNoDelay(true);
      return new ClientConnection(socket, new BufferedInputStream(socket.getInputStream()));
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  InputStream in() throws IOException {
    socket.setSoTimeout((int) SILENCE_LIMIT.toMillis());
    return in;
  }

  OutputStream out() throws IOException {
    return socket.getOutputStream();
  }

  /// Whether the gateway has left an idle connection open, as clients look before they use it again.
  boolean isOpen() {
    try {
      socket.setSoTimeout(1);
      // The end, or something that nobody asked for.
      var _ = in.read();
      return false;
    } catch (SocketTimeoutException silent) {
      return true;
    } catch (IOException broken) {
      return false;
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException closed) {
      // It is of no more use in any case.
    }
  }
}
