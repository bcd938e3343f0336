package dev.troupe.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCode;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.util.ByteString;

/// The answers that the gateway gives itself.
final class Responses {

  static final JsonMapper JSON = new JsonMapper();

  private Responses() {}

  static HttpResponse json(int status, JsonNode body, Trace trace) {
    return HttpResponse.create()
        .withStatus(status(status))
        .addHeader(header(Trace.HEADER, trace.id()))
        .withEntity(ContentTypes.APPLICATION_JSON, ByteString.fromString(text(body)));
  }

  static HttpResponse problem(Problem problem, Trace trace) {
    return problem(problem, trace, List.of());
  }

  /// @param headers to send besides those of the problem itself
  static HttpResponse problem(Problem problem, Trace trace, List<HttpHeader> headers) {
    var all = new ArrayList<>(headers);
    int status = problem.row().status();
    if (status == 429 || status == 503 || problem.retryAfter().isPresent()) {
      var pause = problem.retryAfter().orElse(Duration.ofSeconds(1));
      // In whole seconds, and never too early.
      all.add(header("Retry-After", Long.toString(Math.max(1, pause.plusMillis(999).toSeconds()))));
    }
    return json(status, error(problem, trace), trace).addHeaders(all);
  }

  /// OpenAI's shape of an error.
  static ObjectNode error(Problem problem, Trace trace) {
    var body = JSON.createObjectNode();
    var error = body.putObject("error");
    error.put("message", problem.detail());
    error.put("type", problem.row().type());
    error.put("param", problem.param().orElse(null));
    error.put("code", problem.row().code());
    error.put("trace_id", trace.id());
    return body;
  }

  static String text(JsonNode body) {
    try {
      return JSON.writeValueAsString(body);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a tree that cannot be written", impossible);
    }
  }

  /// A status that Pekko may not know by name.
  static StatusCode status(int status) {
    return StatusCodes.lookup(status)
        .orElseGet(
            () -> StatusCodes.custom(status, "Status " + status, "", status < 400, status >= 200));
  }

  /// A header whose value may be anything: what is not printable ASCII is percent-encoded, so that no
  /// value can end a line.
  static HttpHeader header(String name, String value) {
    boolean isPlain = value.chars().allMatch(character -> character >= ' ' && character < 0x7f);
    return RawHeader.create(name, isPlain ? value : encoded(value));
  }

  private static String encoded(String value) {
    var encoded = new StringBuilder();
    for (byte next : value.getBytes(StandardCharsets.UTF_8)) {
      if (next >= ' ' && next < 0x7f && next != '%') {
        encoded.append((char) next);
      } else {
        encoded.append('%').append("%02X".formatted(next));
      }
    }
    return encoded.toString();
  }
}
