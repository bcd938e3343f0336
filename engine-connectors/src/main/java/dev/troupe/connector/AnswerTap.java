package dev.troupe.connector;

import dev.troupe.actor.EngineClient.Observer;
import dev.troupe.program.Reason;
import java.util.Optional;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.InHandler;
import org.apache.pekko.stream.stage.OutHandler;
import org.apache.pekko.util.ByteString;

/// Lets an answer's bytes through and tells an observer what passes. To be run once.
///
/// However the stream ends, the observer hears `ended` once: with [Reason#ENGINE_LOST] when the
/// engine broke off, with [Reason#CLIENT_GONE] when the client did.
final class AnswerTap extends GraphStage<FlowShape<ByteString, ByteString>> {

  private final Inlet<ByteString> in = Inlet.create("AnswerTap.in");
  private final Outlet<ByteString> out = Outlet.create("AnswerTap.out");
  private final FlowShape<ByteString, ByteString> shape = FlowShape.of(in, out);

  private final BodyReader reader;
  private final AnswerFacts facts;
  private final Observer observer;

  /// @param facts those that the reader fills
  AnswerTap(BodyReader reader, AnswerFacts facts, Observer observer) {
    this.reader = reader;
    this.facts = facts;
    this.observer = observer;
  }

  @Override
  public FlowShape<ByteString, ByteString> shape() {
    return shape;
  }

  @Override
  public GraphStageLogic createLogic(Attributes attributes) {
    return new Logic();
  }

  private final class Logic extends GraphStageLogic implements InHandler, OutHandler {

    private boolean hasBegun;
    private boolean hasEnded;
    private int reportedTokens;

    Logic() {
      super(shape);
      setHandler(in, this);
      setHandler(out, this);
    }

    @Override
    public void onPush() {
      var passed = reader.read(grab(in));
      report();
      if (passed.isEmpty()) {
        pull(in);
      } else {
        push(out, passed);
      }
    }

    @Override
    public void onPull() {
      pull(in);
    }

    @Override
    public void onUpstreamFinish() {
      var rest = reader.end();
      ended(reader.failure());
      if (rest.isEmpty()) {
        complete(out);
      } else {
        emit(out, rest, this::completeStage);
      }
    }

    @Override
    public void onUpstreamFailure(Throwable cause) {
      ended(Optional.of(Reason.ENGINE_LOST));
      failStage(cause);
    }

    @Override
    public void onDownstreamFinish(Throwable cause) {
      ended(Optional.of(Reason.CLIENT_GONE));
      cancelStage(cause);
    }

    @Override
    public void postStop() {
      ended(Optional.of(Reason.CLIENT_GONE));
    }

    private void report() {
      if (!hasBegun && reader.hasBegun()) {
        hasBegun = true;
        observer.began();
      }
      if (facts.tokens() > reportedTokens) {
        reportedTokens = facts.tokens();
        observer.progressed(reportedTokens);
      }
    }

    private void ended(Optional<Reason> failure) {
      if (!hasEnded) {
        hasEnded = true;
        observer.ended(facts.end(failure));
      }
    }
  }
}
