package dev.troupe.chaos;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.troupe.program.Usage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// One streamed call over a connection that is its alone meanwhile: what it did and when it broke is
/// known exactly.
final class HttpCall {

  private final IdleConnections connections;
  private final NodeAddress gateway;

  HttpCall(IdleConnections connections, NodeAddress gateway) {
    this.connections = connections;
    this.gateway = gateway;
  }

  /// Makes the call and waits for its end.
  ///
  /// @param headers besides those of the connection
  Answer make(Map<String, String> headers, byte[] body) {
    ClientConnection connection;
    try {
      var kept = connections.take(gateway);
      connection = kept.isPresent() ? kept.get() : ClientConnection.open(gateway);
    } catch (IOException e) {
      return Answer.broken(Outcome.UNREACHABLE, String.valueOf(e.getMessage()));
    }
    try {
      return exchange(connection, headers, body);
    } catch (IOException e) {
      connection.close();
      return Answer.broken(Outcome.CUT_BEFORE, String.valueOf(e.getMessage()));
    }
  }

  private Answer exchange(ClientConnection connection, Map<String, String> headers, byte[] body)
      throws IOException {
    var request = new ByteArrayOutputStream();
    request.writeBytes(head(headers, body.length).getBytes(US_ASCII));
    request.writeBytes(body);
    connection.out().write(request.toByteArray());
    var in = connection.in();
    int code = Integer.parseInt(line(in).split(" ")[1]);
    Map<String, String> answered = Map.of();
    try {
      answered = headers(in);
      var content = content(in, answered);
      var answer =
          code == 200
              ? EventStream.read(content)
              : refusal(code, answered, new String(content.readAllBytes(), UTF_8));
      content.readAllBytes();
      release(connection, answered);
      return answer;
    } catch (IOException e) {
      connection.close();
      return Answer.broken(Outcome.CUT_DURING, String.valueOf(e.getMessage()));
    }
  }

  private void release(ClientConnection connection, Map<String, String> answered) {
    if ("close".equalsIgnoreCase(answered.get("connection"))) {
      connection.close();
    } else {
      connections.keep(gateway, connection);
    }
  }

  private String head(Map<String, String> headers, int length) {
    var head =
        new StringBuilder("POST /v1/chat/completions HTTP/1.1\r\nHost: ")
            .append(gateway.gateway().getAuthority())
            .append("\r\nContent-Type: application/json\r\nContent-Length: ")
            .append(length)
            .append("\r\n");
    headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    return head.append("\r\n").toString();
  }

  private static InputStream content(InputStream in, Map<String, String> headers)
      throws IOException {
    if ("chunked".equals(headers.get("transfer-encoding"))) {
      return new ChunkedBody(in);
    }
    var length = headers.get("content-length");
    if (length == null) {
      throw new IOException("an answer without its length");
    }
    return new ByteArrayInputStream(in.readNBytes(Integer.parseInt(length)));
  }

  private static Answer refusal(int code, Map<String, String> headers, String body) {
    var retry = Optional.ofNullable(headers.get("retry-after")).map(Long::parseLong);
    boolean isTriedAgain = (code == 503 || code == 429 || code == 409) && retry.isPresent();
    var what = Web.parsed(body).map(json -> json.at("/error/code").asText()).orElse(body);
    return new Answer(
        isTriedAgain ? Outcome.REFUSED : Outcome.FAILED,
        Usage.NONE,
        0,
        retry.map(Duration::ofSeconds),
        code + " " + what);
  }

  /// @return by name in lower case
  private static Map<String, String> headers(InputStream in) throws IOException {
    var headers = new HashMap<String, String>();
    for (var line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    return headers;
  }

  /// A line without its end.
  static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new EOFException("the connection was closed");
      }
      line.append((char) next);
    }
    return line.toString().stripTrailing();
  }
}
