package dev.troupe.gateway;

import dev.troupe.actor.EngineClient.EngineAnswer;
import dev.troupe.actor.EngineTransport.Header;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.ResponseEntity;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/// The engine's answers as HTTP: status, type, length and bytes are the engine's.
final class EngineAnswers {

  /// Tells reverse proxies in front of us to let events through one by one.
  static final List<HttpHeader> STREAM_HEADERS =
      List.of(
          RawHeader.create("X-Accel-Buffering", "no"),
          RawHeader.create("Cache-Control", "no-cache"));

  static final ContentType EVENTS = ContentTypes.parse("text/event-stream");

  private static final String EVENTS_TYPE = "text/event-stream";

  /// Which web pages may read an answer is not for engines to say: they know no keys and no tenants.
  private static final String OF_ORIGINS = "access-control-";

  /// Headers that are ours to set, or speak of the engine's server.
  private static final Set<String> NOT_PASSED =
      Set.of(
          "alt-svc",
          "cache-control",
          "content-length",
          "content-type",
          "date",
          "server",
          "set-cookie",
          "x-accel-buffering",
          "x-trace-id");

  private EngineAnswers() {}

  static boolean isEvents(EngineAnswer answer) {
    return header(answer, "content-type").toLowerCase(Locale.ROOT).startsWith(EVENTS_TYPE);
  }

  /// @param body the answer's bytes, on their way through our stages
  /// @param isChanged whether those change the length
  static HttpResponse response(
      EngineAnswer answer, Source<ByteString, NotUsed> body, boolean isChanged) {
    var passed =
        answer.headers().stream()
            .filter(header -> !header.isOfConnection())
            .filter(header -> !NOT_PASSED.contains(header.lowerCaseName()))
            .filter(header -> !header.lowerCaseName().startsWith(OF_ORIGINS))
            .map(header -> Responses.header(header.name(), header.value()))
            .toList();
    return HttpResponse.create()
        .withStatus(Responses.status(answer.status()))
        .withHeaders(passed)
        .withEntity(entity(answer, body, isChanged));
  }

  private static ResponseEntity entity(
      EngineAnswer answer, Source<ByteString, NotUsed> body, boolean isChanged) {
    var type = contentType(header(answer, "content-type"));
    var length = isChanged ? OptionalLong.empty() : length(header(answer, "content-length"));
    return length.isPresent()
        ? HttpEntities.create(type, length.getAsLong(), body)
        : HttpEntities.createChunked(type, body);
  }

  /// Empty text when there is none.
  private static String header(EngineAnswer answer, String name) {
    return answer.headers().stream()
        .filter(header -> header.name().equalsIgnoreCase(name))
        .map(Header::value)
        .findFirst()
        .orElse("");
  }

  private static ContentType contentType(String value) {
    if (value.equals(EVENTS_TYPE)) {
      return EVENTS;
    }
    if (value.isEmpty() || value.equals("application/json")) {
      return ContentTypes.APPLICATION_JSON;
    }
    try {
      return ContentTypes.parse(value);
    } catch (IllegalArgumentException unreadable) {
      return ContentTypes.APPLICATION_OCTET_STREAM;
    }
  }

  private static OptionalLong length(String value) {
    try {
      long length = Long.parseLong(value);
      return length > 0 ? OptionalLong.of(length) : OptionalLong.empty();
    } catch (NumberFormatException none) {
      return OptionalLong.empty();
    }
  }
}
