package dev.troupe.gateway;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// A client at the level of its socket, which can do what HTTP clients do not.
final class RawClient implements AutoCloseable {

  private final Socket socket;

  /// @param receiveBytes size of the receive buffer, small for a client that shall be slow
  RawClient(int port, int receiveBytes) throws IOException {
    socket = new Socket();
    socket.setReceiveBufferSize(receiveBytes);
    socket.setSoTimeout(30_000);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
  }

  RawClient(int port) throws IOException {
    this(port, 64 * 1024);
  }

  /// @param headerLines besides the necessary ones, each ended by CR LF
  void postChat(String members, String headerLines) throws IOException {
    var body = GatewayFixture.CHAT.formatted(members);
    write(
        "POST /v1/chat/completions HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\n"
            + headerLines
            + "Content-Length: "
            + body.length()
            + "\r\n\r\n"
            + body);
  }

  void write(String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
  }

  /// Reads until that has come; returns all that came.
  String readUntil(String expected) throws IOException {
    var read = new StringBuilder();
    while (read.indexOf(expected) < 0) {
      int next = socket.getInputStream().read();
      if (next < 0) {
        throw new AssertionError("the connection ended after: " + read);
      }
      read.append((char) next);
    }
    return read.toString();
  }

  /// Reads all that comes until the server has ended the connection in good order.
  String readToEnd() throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  /// Ends the connection by a reset, as a killed process does.
  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
