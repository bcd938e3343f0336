package dev.troupe.gateway;

import dev.troupe.actor.CallEvent;
import dev.troupe.actor.EngineTransport.TransportException;
import dev.troupe.program.Reason;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AbstractInHandler;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.TimerGraphStageLogic;
import org.apache.pekko.util.ByteString;

/// Passes the bytes of an answer through and ends it properly.
///
/// The client does not see the end before Troupe knows what the answer was: its next turn is
/// recognized by it. And an answer that breaks off says so. Of server-sent events only whole ones
/// are passed, so that an event of ours can follow; of other answers the last part is held back.
/// Bytes are never changed.
final class AnswerEnd extends GraphStage<FlowShape<ByteString, ByteString>> {

  /// The call's end is known moments after its last byte. If it is not, the client goes first.
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private static final String LOST = "The engine broke off in the middle of its answer.";

  private final Inlet<ByteString> in = Inlet.create("AnswerEnd.in");
  private final Outlet<ByteString> out = Outlet.create("AnswerEnd.out");
  private final boolean isEvents;
  private final CompletionStage<CallEvent> end;
  private final Function<CallEvent.Failed, ByteString> errorEvent;

  /// @param isEvents whether these are server-sent events
  /// @param end the call's last event
  /// @param errorEvent says to the client what went wrong
  AnswerEnd(
      boolean isEvents,
      CompletionStage<CallEvent> end,
      Function<CallEvent.Failed, ByteString> errorEvent) {
    this.isEvents = isEvents;
    this.end = end;
    this.errorEvent = errorEvent;
  }

  @Override
  public FlowShape<ByteString, ByteString> shape() {
    return FlowShape.of(in, out);
  }

  @Override
  public GraphStageLogic createLogic(Attributes attributes) {
    return new Logic();
  }

  private final class Logic extends TimerGraphStageLogic {

    private ByteString held = ByteString.emptyByteString();
    private Optional<CallEvent.Failed> failure = Optional.empty();
    private boolean isEndKnown;
    private boolean isBodyOver;
    private boolean isFinishing;

    Logic() {
      super(shape());
      setHandler(in, new Arriving());
      setHandler(
          out,
          new AbstractOutHandler() {
            @Override
            public void onPull() {
              tryPull(in);
            }
          });
    }

    @Override
    public void preStart() {
      AsyncCallback<CallEvent> known = createAsyncCallback(this::onEnd);
      end.thenAccept(known::invoke);
    }

    @Override
    public void onTimer(Object patience) {
      finish();
    }

    private void onEnd(CallEvent event) {
      isEndKnown = true;
      failure = failure.or(() -> failure(event));
      if (isBodyOver || failure.isPresent()) {
        finish();
      }
    }

    private void bodyOver() {
      isBodyOver = true;
      if (isEndKnown) {
        finish();
      } else {
        scheduleOnce("patience", PATIENCE);
      }
    }

    private void finish() {
      if (isFinishing) {
        return;
      }
      isFinishing = true;
      if (!isClosed(in)) {
        cancel(in);
      }
      if (failure.isEmpty() || SseText.endsWithDone(held)) {
        emitAndComplete(held);
      } else if (isEvents) {
        emitAndComplete(errorEvent.apply(failure.get()));
      } else {
        // The announced length is not reached: cutting the connection is all that can be said.
        failStage(new TransportException(failure.get().detail()));
      }
    }

    private void emitAndComplete(ByteString last) {
      if (last.isEmpty()) {
        completeStage();
      } else {
        emit(out, last, this::completeStage);
      }
    }

    private final class Arriving extends AbstractInHandler {

      @Override
      public void onPush() {
        var next = grab(in);
        var ready = isEvents ? readyEvents(next) : held;
        held = isEvents ? held : next;
        if (ready.isEmpty()) {
          tryPull(in);
        } else {
          push(out, ready);
        }
      }

      @Override
      public void onUpstreamFinish() {
        bodyOver();
      }

      @Override
      public void onUpstreamFailure(Throwable cause) {
        var lost = new CallEvent.Failed(Reason.ENGINE_LOST, LOST, Optional.empty());
        failure = failure.or(() -> Optional.of(lost));
        bodyOver();
      }

      /// What may go now of what is held and what has come; keeps the rest.
      private ByteString readyEvents(ByteString next) {
        var all = held.isEmpty() ? next : held.concat(next);
        int end = SseText.endOfEvents(all);
        if (end == all.size() && SseText.endsWithDone(all)) {
          end = 0;
        }
        held = all.drop(end);
        return all.take(end);
      }
    }
  }

  private static Optional<CallEvent.Failed> failure(CallEvent event) {
    return switch (event) {
      case CallEvent.Failed failed -> Optional.of(failed);
      case CallEvent.Ended(var callEnd) ->
          callEnd
              .failure()
              .map(reason -> new CallEvent.Failed(reason, detail(reason), Optional.empty()));
      case CallEvent.Queued _, CallEvent.Answering _ -> Optional.empty();
    };
  }

  private static String detail(Reason reason) {
    return switch (reason) {
      case ENGINE_LOST -> LOST;
      case DEADLINE_EXCEEDED -> "The call's deadline passed before the answer was whole.";
      case PROGRAM_ENDED -> "The call's program was ended before the answer was whole.";
      case ENGINE_INVALID -> "The engine sent something that is no answer.";
      case QUEUE_FULL, UNKNOWN_MODEL, DRAINING, CLIENT_GONE, DUPLICATE_CALL, INTERNAL ->
          "The answer was cut off: " + ErrorTable.row(reason).code();
    };
  }
}
