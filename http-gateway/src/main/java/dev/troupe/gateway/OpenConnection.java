package dev.troupe.gateway;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.ResponseEntity;
import org.apache.pekko.http.javadsl.model.headers.Connection;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.BidiShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.stage.AbstractInHandler;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.TimerGraphStageLogic;
import org.apache.pekko.util.ByteString;

/// One client's connection, at the level of requests and responses: how it ends when the node leaves.
///
/// Once the node drains, every response says `Connection: close`, and the connection ends with it. One
/// that is told to end does so when nothing is being answered on it and nothing has been for a while: a
/// client that just read the end of a stream may be sending its next call.
final class OpenConnection
    extends GraphStage<BidiShape<HttpResponse, HttpResponse, HttpRequest, HttpRequest>> {

  private final Inlet<HttpResponse> responsesIn = Inlet.create("OpenConnection.responsesIn");
  private final Outlet<HttpResponse> responsesOut = Outlet.create("OpenConnection.responsesOut");
  private final Inlet<HttpRequest> requestsIn = Inlet.create("OpenConnection.requestsIn");
  private final Outlet<HttpRequest> requestsOut = Outlet.create("OpenConnection.requestsOut");
  private final CompletableFuture<Done> draining;
  private final ActorRef<ConnectionsActor.Command> connections;

  /// @param draining completed when clients should go elsewhere
  /// @param connections told of the connection, and of its end
  OpenConnection(CompletableFuture<Done> draining, ActorRef<ConnectionsActor.Command> connections) {
    this.draining = draining;
    this.connections = connections;
  }

  @Override
  public BidiShape<HttpResponse, HttpResponse, HttpRequest, HttpRequest> shape() {
    return new BidiShape<>(responsesIn, responsesOut, requestsIn, requestsOut);
  }

  @Override
  public Turns createLogic(Attributes attributes) {
    return new Turns();
  }

  private final class Turns extends TimerGraphStageLogic {

    private final AsyncCallback<Done> answered = createAsyncCallback(_ -> onAnswered());
    private final AsyncCallback<Duration> end = createAsyncCallback(this::onEnd);

    /// Requests whose answer has not been taken whole.
    private int open;

    private boolean isEnding;
    private Duration quiet = Duration.ZERO;

    Turns() {
      super(shape());
      setHandler(requestsIn, new Requests());
      setHandler(requestsOut, new RequestDemand());
      setHandler(responsesIn, new Responding());
      setHandler(responsesOut, new ResponseDemand());
    }

    @Override
    public void preStart() {
      connections.tell(new ConnectionsActor.Opened(end));
    }

    @Override
    public void postStop() {
      connections.tell(new ConnectionsActor.Closed(end));
    }

    @Override
    public void onTimer(Object key) {
      complete(responsesOut);
    }

    private void onEnd(Duration afterQuiet) {
      isEnding = true;
      quiet = afterQuiet;
      endWhenQuiet();
    }

    private void onAnswered() {
      open--;
      endWhenQuiet();
    }

    private void endWhenQuiet() {
      if (!isEnding || open > 0) {
        return;
      }
      if (quiet.isZero()) {
        complete(responsesOut);
      } else {
        scheduleOnce("quiet", quiet);
      }
    }

    private final class Requests extends AbstractInHandler {

      @Override
      public void onPush() {
        open++;
        cancelTimer("quiet");
        push(requestsOut, grab(requestsIn));
      }

      @Override
      public void onUpstreamFinish() {
        complete(requestsOut);
      }
    }

    private final class RequestDemand extends AbstractOutHandler {

      @Override
      public void onPull() {
        pull(requestsIn);
      }

      @Override
      public void onDownstreamFinish(Throwable cause) {
        cancel(requestsIn);
      }
    }

    private final class Responding extends AbstractInHandler {

      @Override
      public void onPush() {
        var response = grab(responsesIn);
        var last = draining.isDone() ? response.addHeader(Connection.create("close")) : response;
        if (response.entity().isStrict()) {
          push(responsesOut, last);
          // It may end the connection, and then nothing more can be pushed.
          onAnswered();
        } else {
          push(responsesOut, watched(last));
        }
      }

      @Override
      public void onUpstreamFinish() {
        complete(responsesOut);
      }
    }

    private final class ResponseDemand extends AbstractOutHandler {

      @Override
      public void onPull() {
        pull(responsesIn);
      }

      @Override
      public void onDownstreamFinish(Throwable cause) {
        cancel(responsesIn);
      }
    }

    private HttpResponse watched(HttpResponse response) {
      var entity = response.entity();
      var bytes =
          entity
              .getDataBytes()
              .watchTermination((_, done) -> {
                done.whenComplete((_, _) -> answered.invoke(Done.getInstance()));
                return done;
              });
      return response.withEntity(entityLike(entity, bytes));
    }

    private static ResponseEntity entityLike(ResponseEntity entity, Source<ByteString, ?> bytes) {
      var length = entity.getContentLengthOption();
      return length.isPresent()
          ? HttpEntities.create(entity.getContentType(), length.getAsLong(), bytes)
          : HttpEntities.createChunked(entity.getContentType(), bytes);
    }
  }
}
