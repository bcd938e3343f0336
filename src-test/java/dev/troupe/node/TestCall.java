package dev.troupe.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/// One call on a connection of its own, that can be read slowly and cut at any time.
final class TestCall implements AutoCloseable {

  private final Socket socket;
  private final BufferedReader answer;

  private TestCall(Socket socket, BufferedReader answer) {
    this.socket = socket;
    this.answer = answer;
  }

  static TestCall open(int port, String program, String call, String body) {
    return open(port, program, call, body, new Socket());
  }

  /// A client that takes no more than a few kilobytes before it reads them.
  static TestCall openNarrow(int port, String program, String call, String body) {
    try {
      var socket = new Socket();
      socket.setReceiveBufferSize(4096);
      return open(port, program, call, body, socket);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private static TestCall open(int port, String program, String call, String body, Socket socket) {
    var head =
        """
        POST /v1/chat/completions HTTP/1.1
        Host: 127.0.0.1
        Content-Type: application/json
        X-Program-Id: %s
        X-Call-Id: %s
        Content-Length: %d

        """
            .formatted(program, call, body.getBytes(UTF_8).length)
            .replace("\n", "\r\n");
    try {
      socket.connect(new InetSocketAddress("127.0.0.1", port));
      socket.setSoTimeout((int) TestNode.PATIENCE.toMillis());
      socket.getOutputStream().write((head + body).getBytes(UTF_8));
      return new TestCall(
          socket, new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8)));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /// Reads until a line begins so; fails when the answer ends before.
  String readTo(String prefix) {
    for (var line = line(); ; line = line()) {
      if (line.startsWith(prefix)) {
        return line;
      }
    }
  }

  /// The events up to the end of a stream, without their `data: `.
  List<String> readEvents() {
    var events = new ArrayList<String>();
    // The last chunk of the body has no length.
    for (var line = line(); !line.equals("0"); line = line()) {
      if (line.startsWith("data: ")) {
        events.add(line.substring("data: ".length()));
      }
    }
    return events;
  }

  private String line() {
    try {
      var line = answer.readLine();
      if (line == null) {
        throw new IllegalStateException("the answer ended early");
      }
      return line;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /// Goes away.
  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
