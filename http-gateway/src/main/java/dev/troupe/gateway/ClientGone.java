package dev.troupe.gateway;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.Done;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.stage.AbstractInHandler;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.util.ByteString;

/// Reads a little ahead on a client's connection, so that its end is seen at once even while nobody
/// wants more bytes: a request waits, or its answer is on the way.
///
/// The end of the *requests* would not do: a request with `Connection: close` is the last, but its
/// client still waits for the answer. So when the requests end, this stage reads on, and discards.
final class ClientGone extends GraphStage<FlowShape<ByteString, ByteString>> {

  private static final int READ_AHEAD_BYTES = 64 * 1024;

  private final Inlet<ByteString> in = Inlet.create("ClientGone.in");
  private final Outlet<ByteString> out = Outlet.create("ClientGone.out");
  private final CompletableFuture<Done> gone;

  /// @param gone completed when the connection has ended, whatever ended it
  ClientGone(CompletableFuture<Done> gone) {
    this.gone = gone;
  }

  @Override
  public FlowShape<ByteString, ByteString> shape() {
    return FlowShape.of(in, out);
  }

  @Override
  public GraphStageLogic createLogic(Attributes attributes) {
    return new ReadAhead();
  }

  private final class ReadAhead extends GraphStageLogic {

    private final Deque<ByteString> ahead = new ArrayDeque<>();
    private int aheadBytes;
    private boolean isDiscarding;

    ReadAhead() {
      super(shape());
      setHandler(in, new Arriving());
      setHandler(out, new Leaving());
    }

    @Override
    public void preStart() {
      pull(in);
    }

    @Override
    public void postStop() {
      gone.complete(Done.getInstance());
    }

    private void readOn() {
      if (aheadBytes < READ_AHEAD_BYTES && !hasBeenPulled(in) && !isClosed(in)) {
        pull(in);
      }
    }

    private final class Arriving extends AbstractInHandler {

      @Override
      public void onPush() {
        var bytes = grab(in);
        if (!isDiscarding) {
          if (isAvailable(out)) {
            push(out, bytes);
          } else {
            ahead.add(bytes);
            aheadBytes += bytes.size();
          }
        }
        readOn();
      }

      @Override
      public void onUpstreamFinish() {
        gone.complete(Done.getInstance());
        if (ahead.isEmpty()) {
          completeStage();
        }
      }

      @Override
      public void onUpstreamFailure(Throwable cause) {
        gone.complete(Done.getInstance());
        failStage(cause);
      }
    }

    private final class Leaving extends AbstractOutHandler {

      @Override
      public void onPull() {
        if (!ahead.isEmpty()) {
          var bytes = ahead.remove();
          aheadBytes -= bytes.size();
          push(out, bytes);
        }
        if (isClosed(in) && ahead.isEmpty()) {
          completeStage();
        } else {
          readOn();
        }
      }

      @Override
      public void onDownstreamFinish(Throwable cause) {
        isDiscarding = true;
        ahead.clear();
        aheadBytes = 0;
        if (isClosed(in)) {
          completeStage();
        } else {
          readOn();
        }
      }
    }
  }
}
