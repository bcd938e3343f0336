package dev.troupe.gateway;

import dev.troupe.actor.CallEvent.Answering;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.util.ByteString;

/// What a client is told about its call besides the answer.
///
/// @param isStreamed whether it asked for server-sent events
/// @param metadata a member, name and value as JSON text, to put into the answer
record CallFacts(Trace trace, Identified who, boolean isStreamed, Optional<String> metadata) {

  /// What is known when the call starts.
  List<HttpHeader> headers() {
    return List.of(
        Responses.header("X-Troupe-Program", who.program().value()),
        Responses.header("X-Troupe-Call", who.callName()),
        Responses.header("X-Program-Id-Source", who.source().label()));
  }

  /// What is known when the engine answers.
  List<HttpHeader> headers(Answering answering) {
    return List.of(
        Responses.header("X-Troupe-Engine", answering.lease().engine().id().value()),
        Responses.header("X-Troupe-Waited-Ms", waitedMillis(answering)),
        Responses.header("X-Troupe-Why", why(answering)));
  }

  /// The same as a comment between events, for when the head was sent before.
  ByteString comment(Answering answering) {
    return ByteString.fromString(
        ": x-troupe-engine=%s x-troupe-waited-ms=%s x-troupe-why=%s\n\n"
            .formatted(
                Responses.header("e", answering.lease().engine().id().value()).value(),
                waitedMillis(answering),
                why(answering)));
  }

  private static String waitedMillis(Answering answering) {
    return Long.toString(Duration.ofNanos(answering.waitedNanos()).toMillis());
  }

  private static String why(Answering answering) {
    var why = answering.lease().why();
    return why.prefixTokens() > 0 ? why.rule() + ";tokens=" + why.prefixTokens() : why.rule();
  }
}
