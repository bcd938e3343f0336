package dev.troupe.connector;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/// A server on a real socket that does on each connection exactly what a test tells it to.
final class ScriptedEngine implements Closeable {

  /// What the engine does on one connection; the connection is closed when it returns.
  interface Script {
    void serve(Line line) throws IOException;
  }

  private final ServerSocket socket;
  private final Script script;
  private final List<Line> lines = new CopyOnWriteArrayList<>();

  static ScriptedEngine running(Script script) {
    try {
      var engine =
          new ScriptedEngine(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), script);
      Thread.ofVirtual().start(engine::accept);
      return engine;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ScriptedEngine(ServerSocket socket, Script script) {
    this.socket = socket;
    this.script = script;
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + socket.getLocalPort() + path);
  }

  int connections() {
    return lines.size();
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        var line = new Line(socket.accept(), lines.size() + 1);
        lines.add(line);
        Thread.ofVirtual().start(() -> serve(line));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Line line) {
    try (line) {
      script.serve(line);
    } catch (IOException e) {
      line.closed.complete(System.nanoTime());
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
    for (var line : lines) {
      line.close();
    }
  }

  record Received(String head, byte[] body) {
    boolean hasHeader(String line) {
      return head.toLowerCase(Locale.ROOT)
          .contains("\r\n" + line.toLowerCase(Locale.ROOT) + "\r\n");
    }
  }

  /// One connection.
  static final class Line implements Closeable {

    private final Socket socket;
    private final InputStream in;
    private final int number;

    /// When the other side closed, as `System.nanoTime()`.
    private final CompletableFuture<Long> closed = new CompletableFuture<>();

    private Line(Socket socket, int number) throws IOException {
      this.socket = socket;
      this.number = number;
      socket.setTcpNoDelay(true);
      this.in = new BufferedInputStream(socket.getInputStream());
    }

    /// 1 for the first connection of the engine.
    int number() {
      return number;
    }

    Received readRequest() throws IOException {
      var head = new ByteArrayOutputStream();
      while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
        int next = in.read();
        if (next < 0) {
          throw new SocketException("closed");
        }
        head.write(next);
      }
      var text = head.toString(StandardCharsets.ISO_8859_1);
      var length = text.toLowerCase(Locale.ROOT).split("content-length: ", 2);
      int size = length.length < 2 ? 0 : Integer.parseInt(length[1].split("\r\n", 2)[0]);
      return new Received(text, in.readNBytes(size));
    }

    void write(String text) throws IOException {
      write(text.getBytes(StandardCharsets.UTF_8));
    }

    void write(byte[] bytes) throws IOException {
      socket.getOutputStream().write(bytes);
    }

    /// Answers as a server with keep-alive does.
    void answer(String body) throws IOException {
      write("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
    }

    void writeChunk(String text) throws IOException {
      write(Integer.toHexString(text.length()) + "\r\n" + text + "\r\n");
    }

    /// Returns when the other side has closed.
    void awaitClose() throws IOException {
      try {
        while (in.read() >= 0) {
          // Whatever still comes is of no interest.
        }
      } finally {
        closed.complete(System.nanoTime());
      }
    }

    /// Closes with a reset, as a killed process does.
    void reset() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  /// When the other side closed the connection of that number, as `System.nanoTime()`.
  CompletableFuture<Long> closed(int number) {
    return lines.get(number - 1).closed;
  }
}
