package dev.troupe.chaos;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.troupe.program.Usage;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// One streamed call over a connection of its own: what it did and when it broke is known exactly.
final class HttpCall {

  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);

  /// Longer than a pause of a node that is to be survived; gateways break their silence every 10 s.
  private static final Duration SILENCE_LIMIT = Duration.ofSeconds(45);

  private HttpCall() {}

  /// Makes the call and waits for its end.
  ///
  /// @param headers besides those of the connection
  static Answer make(NodeAddress gateway, Map<String, String> headers, byte[] body) {
    try (var socket = new Socket()) {
      try {
        socket.connect(
            new InetSocketAddress(gateway.host(), gateway.gatewayPort()),
            (int) CONNECT_LIMIT.toMillis());
      } catch (IOException e) {
        return Answer.broken(Outcome.UNREACHABLE, Optional.empty(), String.valueOf(e.getMessage()));
      }
      socket.setTcpNoDelay(true);
      socket.setSoTimeout((int) SILENCE_LIMIT.toMillis());
      return exchange(socket, gateway, headers, body);
    } catch (IOException e) {
      return Answer.broken(Outcome.CUT_BEFORE, Optional.empty(), String.valueOf(e.getMessage()));
    }
  }

  private static Answer exchange(
      Socket socket, NodeAddress gateway, Map<String, String> headers, byte[] body)
      throws IOException {
    var request = new ByteArrayOutputStream();
    request.writeBytes(head(gateway, headers, body.length).getBytes(US_ASCII));
    request.writeBytes(body);
    socket.getOutputStream().write(request.toByteArray());
    var in = new BufferedInputStream(socket.getInputStream());
    var status = line(in);
    int code = Integer.parseInt(status.split(" ")[1]);
    Map<String, String> answered = Map.of();
    try {
      answered = headers(in);
      var content = "chunked".equals(answered.get("transfer-encoding")) ? new ChunkedBody(in) : in;
      return code == 200
          ? EventStream.read(content, engine(answered))
          : refusal(code, answered, new String(content.readAllBytes(), UTF_8));
    } catch (IOException e) {
      return Answer.broken(Outcome.CUT_DURING, engine(answered), String.valueOf(e.getMessage()));
    }
  }

  private static String head(NodeAddress gateway, Map<String, String> headers, int length) {
    var head =
        new StringBuilder("POST /v1/chat/completions HTTP/1.1\r\nHost: ")
            .append(gateway.gateway().getAuthority())
            .append("\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: ")
            .append(length)
            .append("\r\n");
    headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    return head.append("\r\n").toString();
  }

  private static Answer refusal(int code, Map<String, String> headers, String body) {
    var retry = Optional.ofNullable(headers.get("retry-after")).map(Long::parseLong);
    boolean isTriedAgain = (code == 503 || code == 429 || code == 409) && retry.isPresent();
    var what = Web.parsed(body).map(json -> json.at("/error/code").asText()).orElse(body);
    return new Answer(
        isTriedAgain ? Outcome.REFUSED : Outcome.FAILED,
        engine(headers),
        Usage.NONE,
        retry.map(Duration::ofSeconds),
        code + " " + what);
  }

  private static Optional<String> engine(Map<String, String> headers) {
    return Optional.ofNullable(headers.get("x-troupe-engine"));
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
