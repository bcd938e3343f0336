package dev.troupe.connector;

import java.util.Optional;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.SourceShape;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.util.ByteString;

/// The stream of an answer's bytes, as they arrive on another thread.
///
/// What arrives while the reader is busy is joined and handed on in one piece, which is what makes a
/// fast stream cheap. What arrived before a break is handed on before the stream fails. A reader that
/// leaves early ends the exchange.
final class ArrivingBody extends GraphStage<SourceShape<ByteString>> {

  private final Outlet<ByteString> out = Outlet.create("ArrivingBody.out");
  private final EngineExchange exchange;

  ArrivingBody(EngineExchange exchange) {
    this.exchange = exchange;
  }

  @Override
  public SourceShape<ByteString> shape() {
    return SourceShape.of(out);
  }

  @Override
  public GraphStageLogic createLogic(Attributes inheritedAttributes) {
    return new Logic();
  }

  private final class Logic extends GraphStageLogic {

    private ByteString waiting = ByteString.emptyByteString();
    private Optional<Arrival> last = Optional.empty();

    private Logic() {
      super(ArrivingBody.this.shape());
      setHandler(
          out,
          new AbstractOutHandler() {
            @Override
            public void onPull() {
              deliver();
            }
          });
    }

    @Override
    public void preStart() {
      exchange.start(createAsyncCallback(this::onArrival));
    }

    private void onArrival(Arrival arrival) {
      switch (arrival) {
        case Arrival.Bytes(var bytes) -> waiting = waiting.concat(bytes);
        case Arrival.Ended _, Arrival.Broken _ -> last = Optional.of(arrival);
      }
      if (isAvailable(out) || waiting.isEmpty()) {
        deliver();
      }
    }

    private void deliver() {
      if (!waiting.isEmpty()) {
        int size = waiting.size();
        push(out, waiting);
        waiting = ByteString.emptyByteString();
        exchange.onHandedOn(size);
      }
      last.ifPresent(this::finish);
    }

    private void finish(Arrival end) {
      switch (end) {
        case Arrival.Broken(var cause) -> failStage(cause);
        case Arrival.Ended _, Arrival.Bytes _ -> completeStage();
      }
    }

    @Override
    public void postStop() {
      if (last.isEmpty()) {
        exchange.abort();
      }
    }
  }
}
