package dev.troupe.connector;

import dev.troupe.actor.EngineTransport.Exchange;
import dev.troupe.actor.EngineTransport.Header;
import dev.troupe.actor.EngineTransport.Response;
import dev.troupe.actor.EngineTransport.TransportException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.jspecify.annotations.Nullable;

/// One request and its answer.
///
/// ```
///  connecting ──► waiting for the head ──► held until run ──► streaming ──► over
///       ▲                  │
///       └──────────────────┘  once, when a kept connection turns out to be dead
/// ```
///
/// All state belongs to the event loop, but for the count of bytes that are ahead of the reader: the
/// loop adds to it and stops reading beyond the limit, the reader takes from it and wakes the loop
/// when it falls below. From the moment the first bytes are here until the body is run, nothing more
/// is read from the engine.
final class EngineExchange implements Exchange {

  private final OutgoingRequest request;
  private final Connections connections;
  private final int readAheadBytes;
  private final CompletableFuture<Response> response = new CompletableFuture<>();

  private final AtomicInteger ahead = new AtomicInteger();
  private final ReceivedBytes received = new ReceivedBytes();
  private @Nullable Channel channel;
  private @Nullable ChannelFuture written;
  private @Nullable HttpResponse head;
  private @Nullable AsyncCallback<Arrival> body;
  private @Nullable Arrival end;
  private boolean reused;

  EngineExchange(OutgoingRequest request, Connections connections, int readAheadBytes) {
    this.request = request;
    this.connections = connections;
    this.readAheadBytes = readAheadBytes;
  }

  @Override
  public CompletionStage<Response> response() {
    return response.minimalCompletionStage();
  }

  @Override
  public void abort() {
    connections.execute(() -> finish(new Arrival.Broken(new TransportException("aborted"))));
  }

  /// Runs the body: what has arrived and what arrives from now on goes to `reader`.
  void start(AsyncCallback<Arrival> reader) {
    if (!connections.execute(() -> startNow(reader))) {
      reader.invoke(new Arrival.Broken(new TransportException("the transport is closed")));
    }
  }

  /// The reader has taken so many bytes.
  void onHandedOn(int bytes) {
    int before = ahead.getAndAdd(-bytes);
    if (before > readAheadBytes && before - bytes <= readAheadBytes) {
      connections.execute(this::readUpToLimit);
    }
  }

  /// The transport was closed before this could begin.
  void onClosed() {
    finish(new Arrival.Broken(new TransportException("the transport is closed")));
  }

  private void startNow(AsyncCallback<Arrival> reader) {
    if (body != null) {
      reader.invoke(new Arrival.Broken(new TransportException("the body is run twice")));
      return;
    }
    body = reader;
    deliver();
    readUpToLimit();
  }

  void begin() {
    var idle = connections.takeIdle(request.origin());
    if (idle.isPresent()) {
      reused = true;
      sendOn(idle.get());
    } else {
      connect();
    }
  }

  private void connect() {
    reused = false;
    connections
        .open(request.origin())
        .whenComplete((opened, failure) -> {
          if (failure != null) {
            finish(new Arrival.Broken(lost(failure)));
          } else if (end != null) {
            opened.close();
          } else {
            sendOn(opened);
          }
        });
  }

  private void sendOn(Channel connection) {
    channel = connection;
    connection.pipeline().get(ResponseReader.class).serve(this);
    written = connection.writeAndFlush(request.message());
  }

  void onHead(HttpResponse response) {
    head = response;
  }

  void onContent(ByteBuf bytes) {
    received.add(bytes);
  }

  void onReadComplete() {
    received.join();
    deliver();
  }

  /// The answer is whole.
  void onEnd() {
    received.join();
    finish(new Arrival.Ended());
  }

  /// The connection is gone.
  void onBroken(Throwable cause) {
    received.join();
    if (reused && head == null) {
      // The engine had closed a kept connection; nothing of an answer was received.
      connect();
    } else {
      finish(new Arrival.Broken(lost(cause)));
    }
  }

  private void deliver() {
    if (body != null) {
      if (!received.isEmpty()) {
        var bytes = received.take();
        ahead.addAndGet(bytes.size());
        body.invoke(new Arrival.Bytes(bytes));
        readUpToLimit();
      }
      if (end != null) {
        body.invoke(end);
      }
    } else if (head != null && !response.isDone() && (end != null || !received.isEmpty())) {
      readOn(false);
      response.complete(answer(head));
    }
  }

  private Response answer(HttpResponse answered) {
    var headers =
        answered.headers().entries().stream()
            .map(entry -> new Header(entry.getKey(), entry.getValue()))
            .filter(header -> !header.isOfConnection())
            .toList();
    return new Response(
        answered.status().code(), headers, Source.fromGraph(new ArrivingBody(this)));
  }

  private void finish(Arrival reason) {
    if (end != null) {
      return;
    }
    end = reason;
    leave(reason);
    if (reason instanceof Arrival.Broken(var cause) && received.isEmpty()) {
      response.completeExceptionally(cause);
    }
    deliver();
  }

  /// Gives the connection back if it can serve again, else closes it.
  private void leave(Arrival reason) {
    if (channel == null) {
      return;
    }
    boolean whole = reason instanceof Arrival.Ended && written != null && written.isSuccess();
    var reader = channel.pipeline().get(ResponseReader.class);
    if (reader != null) {
      reader.release();
    }
    if (whole && head != null && HttpUtil.isKeepAlive(head) && channel.isActive()) {
      connections.keep(request.origin(), channel);
    } else {
      channel.close();
    }
    channel = null;
  }

  private void readUpToLimit() {
    readOn(ahead.get() <= readAheadBytes);
  }

  private void readOn(boolean on) {
    if (channel != null) {
      channel.config().setAutoRead(on);
    }
  }

  private TransportException lost(Throwable failure) {
    var cause = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
    return cause instanceof TransportException known
        ? known
        : new TransportException(
            "engine at " + request.origin() + " broke off: " + failure.getMessage(), failure);
  }
}
