package dev.troupe.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/// A client that keeps its connection as long as it may, and goes to the next node when it is told to
/// close it or when a node takes no connection any more. It tries nothing twice once it was sent.
final class KeepAliveClient implements AutoCloseable {

  private final int[] ports;
  private final AtomicInteger at = new AtomicInteger();
  private Optional<Socket> connection = Optional.empty();

  /// @param ports in the order in which it prefers them
  KeepAliveClient(int... ports) {
    this.ports = ports.clone();
  }

  /// @param body of the answer, without the framing
  record Answer(int status, boolean isLastOfConnection, String body) {}

  /// Fails when the connection ends before the answer has.
  Answer post(String body, String... headerLines) {
    try {
      var socket = connected();
      var lines = headerLines.length == 0 ? "" : String.join("\r\n", headerLines) + "\r\n";
      var head =
          "POST /v1/chat/completions HTTP/1.1\r\nHost: t\r\nContent-Type: application/json\r\n"
              + lines
              + "Content-Length: "
              + body.getBytes(UTF_8).length
              + "\r\n\r\n";
      socket.getOutputStream().write((head + body).getBytes(UTF_8));
      var answer = read(new BufferedInputStream(socket.getInputStream()));
      if (answer.isLastOfConnection()) {
        socket.close();
        connection = Optional.empty();
        at.incrementAndGet();
      }
      return answer;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  private Socket connected() throws IOException {
    if (connection.isEmpty()) {
      connection = Optional.of(connect());
    }
    return connection.get();
  }

  private Socket connect() throws IOException {
    for (int tried = 1; ; tried++) {
      int port = ports[at.get() % ports.length];
      var socket = new Socket();
      socket.setSoTimeout((int) TestNode.PATIENCE.toMillis());
      try {
        socket.connect(new InetSocketAddress("127.0.0.1", port));
        return socket;
      } catch (ConnectException refused) {
        if (tried == ports.length) {
          throw refused;
        }
        at.incrementAndGet();
      }
    }
  }

  private static Answer read(InputStream in) throws IOException {
    var statusLine = line(in);
    boolean isLast = false;
    boolean isChunked = false;
    int length = 0;
    for (var line = line(in); !line.isEmpty(); line = line(in)) {
      var header = line.toLowerCase(Locale.ROOT);
      isLast |= header.equals("connection: close");
      isChunked |= header.equals("transfer-encoding: chunked");
      if (header.startsWith("content-length: ")) {
        length = Integer.parseInt(header.substring("content-length: ".length()));
      }
    }
    var body = isChunked ? chunks(in) : text(in, length);
    return new Answer(Integer.parseInt(statusLine.split(" ", -1)[1]), isLast, body);
  }

  private static String chunks(InputStream in) throws IOException {
    var body = new StringBuilder();
    for (int size = size(in); size > 0; size = size(in)) {
      body.append(text(in, size));
      line(in);
    }
    line(in);
    return body.toString();
  }

  private static int size(InputStream in) throws IOException {
    return Integer.parseInt(line(in), 16);
  }

  private static String text(InputStream in, int length) throws IOException {
    var bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new IOException("the connection ended within an answer");
    }
    return new String(bytes, UTF_8);
  }

  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new IOException("the connection ended within an answer, after: " + line);
      }
      if (next != '\r') {
        line.append((char) next);
      }
    }
    return line.toString();
  }

  @Override
  public void close() {
    try {
      if (connection.isPresent()) {
        connection.get().close();
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
