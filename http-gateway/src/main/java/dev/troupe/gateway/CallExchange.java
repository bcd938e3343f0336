package dev.troupe.gateway;

import dev.troupe.actor.CallEvent;
import dev.troupe.actor.CallEvent.Answering;
import dev.troupe.program.CallEnd;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/// Turns the events of one call into the one response to its request.
///
/// ```
///            Failed ──────────────► an error with its status
///  waiting ─ Answering ───────────► the engine's head, then its bytes
///          ─ keep-alive time ─────► 200, comments … ─ Answering ─► a comment, the bytes
///            (streamed calls only)                  ─ Failed ────► an event with the error
/// ```
///
/// Events may come on any thread, one at a time.
final class CallExchange implements Consumer<CallEvent> {

  private static final ByteString WAITING = ByteString.fromString(": waiting\n\n");

  /// An engine's error that comes after the head is put into an event, up to this length.
  private static final int MAX_ERROR_BYTES = 64 * 1024;

  private final ActorSystem<?> system;
  private final GatewaySettings settings;
  private final CallFacts facts;
  private final Consumer<CallEnd.Answer> relayed;
  private final CompletableFuture<CallEvent> first = new CompletableFuture<>();
  private final CompletableFuture<CallEvent> last = new CompletableFuture<>();

  /// @param relayed told what the answer was, before the client sees its end
  CallExchange(
      ActorSystem<?> system,
      GatewaySettings settings,
      CallFacts facts,
      Consumer<CallEnd.Answer> relayed) {
    this.system = system;
    this.settings = settings;
    this.facts = facts;
    this.relayed = relayed;
  }

  @Override
  public void accept(CallEvent event) {
    switch (event) {
      case CallEvent.Queued _ -> {}
      case Answering answering -> first.complete(answering);
      case CallEvent.Failed failed -> {
        first.complete(failed);
        last.complete(failed);
      }
      case CallEvent.Ended ended -> {
        relayed.accept(ended.end().answer());
        last.complete(ended);
      }
    }
  }

  /// The call's last event.
  CompletionStage<CallEvent> end() {
    return last;
  }

  boolean hasEnded() {
    return last.isDone();
  }

  /// The response; asked for once.
  CompletionStage<HttpResponse> response() {
    var isEarly = new CompletableFuture<Boolean>();
    if (facts.isStreamed()) {
      var timer =
          system
              .scheduler()
              .scheduleOnce(
                  settings.keepAliveAfter(),
                  () -> isEarly.complete(true),
                  system.executionContext());
      first.thenRun(timer::cancel);
    }
    first.thenRun(() -> isEarly.complete(false));
    return isEarly.thenApply(early -> early ? earlyHead() : head(first.join()));
  }

  private HttpResponse head(CallEvent event) {
    return event instanceof Answering answering ? answer(answering) : problem(event);
  }

  private HttpResponse problem(CallEvent event) {
    return Responses.problem(problemOf(event), facts.trace(), facts.headers());
  }

  private HttpResponse answer(Answering answering) {
    boolean isEvents = EngineAnswers.isEvents(answering.answer());
    var headers = new ArrayList<HttpHeader>(facts.headers());
    headers.addAll(facts.headers(answering));
    headers.add(Responses.header(Trace.HEADER, facts.trace().id()));
    if (isEvents) {
      headers.addAll(EngineAnswers.STREAM_HEADERS);
    }
    boolean isChanged = facts.metadata().isPresent() && answering.answer().isSuccess();
    return EngineAnswers.response(answering.answer(), body(answering, isEvents), isChanged)
        .addHeaders(headers);
  }

  private Source<ByteString, NotUsed> body(Answering answering, boolean isEvents) {
    var whole = answering.answer().body().via(new AnswerEnd(isEvents, last, this::errorEvent));
    var metadata = facts.metadata().filter(_ -> answering.answer().isSuccess());
    return metadata
        .map(member -> whole.mapConcat(new MetadataInsertion(member, isEvents)))
        .orElse(whole);
  }

  /// The head is sent before anything is known of the answer, so that nobody between us and the
  /// client takes the silence for a dead connection.
  private HttpResponse earlyHead() {
    var headers = new ArrayList<HttpHeader>(facts.headers());
    headers.add(Responses.header(Trace.HEADER, facts.trace().id()));
    headers.addAll(EngineAnswers.STREAM_HEADERS);
    var body =
        Source.completionStage(first)
            .map(Optional::of)
            .keepAlive(settings.keepAliveInterval(), Optional::empty)
            .prepend(Source.single(Optional.<CallEvent>empty()))
            .flatMapConcat(event -> event.map(this::lateBody).orElse(Source.single(WAITING)));
    return HttpResponse.create()
        .withEntity(HttpEntities.createChunked(EngineAnswers.EVENTS, body))
        .withHeaders(headers);
  }

  private Source<ByteString, NotUsed> lateBody(CallEvent event) {
    if (!(event instanceof Answering answering)) {
      return Source.single(errorEvent(event));
    }
    var comment = Source.single(facts.comment(answering));
    return comment.concat(
        EngineAnswers.isEvents(answering.answer()) ? body(answering, true) : refused(answering));
  }

  /// The engine has answered with an error though events were promised.
  private Source<ByteString, NotUsed> refused(Answering answering) {
    return answering
        .answer()
        .body()
        .via(new AnswerEnd(false, last, this::errorEvent))
        .limitWeighted(MAX_ERROR_BYTES, bytes -> (long) bytes.size())
        .fold(ByteString.emptyByteString(), ByteString::concat)
        .map(body -> SseText.event(body.utf8String()));
  }

  private ByteString errorEvent(CallEvent event) {
    return SseText.event(Responses.text(Responses.error(problemOf(event), facts.trace())));
  }

  private static Problem problemOf(CallEvent event) {
    if (event instanceof CallEvent.Failed(var reason, var detail, var retryAfter)) {
      return Problem.of(reason, detail, retryAfter);
    }
    return Problem.of(ErrorTable.Fault.INTERNAL, "The call ended before it began.");
  }
}
