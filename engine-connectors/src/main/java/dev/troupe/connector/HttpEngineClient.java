package dev.troupe.connector;

import dev.troupe.actor.CallRequest;
import dev.troupe.actor.EngineClient;
import dev.troupe.actor.EngineTransport;
import dev.troupe.actor.EngineTransport.Exchange;
import dev.troupe.actor.EngineTransport.Header;
import dev.troupe.actor.EngineTransport.Response;
import dev.troupe.engine.EngineEndpoint;
import dev.troupe.engine.EngineStatus;
import dev.troupe.engine.Lease;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.stream.Materializer;

/// Speaks the OpenAI protocol with engines over HTTP, in the dialect of each.
///
/// Answers pass through unchanged, errors included, and are read on the way. One thing is left out:
/// the event with the usage of a stream, when the client has not asked for it.
public final class HttpEngineClient implements EngineClient {

  private static final String EVENT_STREAM = "text/event-stream";

  /// Of the engine's server, not of the answer.
  private static final Set<String> NOT_PASSED_ON = Set.of("date", "server", "www-authenticate");

  private final EngineTransport transport;
  private final EngineProbe probe;

  public HttpEngineClient(
      EngineTransport transport, ConnectorSettings settings, Materializer materializer) {
    this.transport = transport;
    this.probe = new EngineProbe(transport, settings.probeTimeout(), materializer);
  }

  @Override
  public Running run(Lease lease, CallRequest request, Observer observer) {
    var call = OutgoingCall.of(lease, request);
    var exchange = transport.send(call.request());
    var answer = exchange.response().thenApply(response -> answer(response, call, observer));
    return new Call(exchange, answer);
  }

  @Override
  public CompletionStage<EngineStatus> probe(EngineEndpoint engine) {
    return probe.status(engine);
  }

  private record Call(Exchange exchange, CompletionStage<EngineAnswer> answer) implements Running {
    @Override
    public void abort() {
      exchange.abort();
    }
  }

  private static EngineAnswer answer(Response response, OutgoingCall call, Observer observer) {
    var facts = new AnswerFacts();
    boolean isStream = isStream(response);
    var reader = reader(response.status(), isStream, call.withholdsUsage(), facts);
    var tap = new AnswerTap(reader, facts, observer);
    return new EngineAnswer(
        response.status(), headers(response, isStream), response.body().via(tap));
  }

  private static BodyReader reader(
      int status, boolean isStream, boolean withholdsUsage, AnswerFacts facts) {
    if (status < 200 || status >= 300) {
      return new OpaqueBodyReader();
    }
    return isStream ? new EventStreamReader(facts, withholdsUsage) : new JsonBodyReader(facts);
  }

  private static boolean isStream(Response response) {
    return response.headers().stream()
        .anyMatch(header ->
            header.name().equalsIgnoreCase("content-type")
                && header.value().toLowerCase(Locale.ROOT).startsWith(EVENT_STREAM));
  }

  private static List<Header> headers(Response response, boolean isStream) {
    return response.headers().stream().filter(header -> isForClient(header, isStream)).toList();
  }

  private static boolean isForClient(Header header, boolean isStream) {
    var name = header.lowerCaseName();
    // The length of a stream may change on the way.
    return !header.isOfConnection()
        && !NOT_PASSED_ON.contains(name)
        && !(isStream && name.equals("content-length"));
  }
}
