package dev.troupe.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// One load on one server. With a rate, a request is timed from when it was due, so that a server
/// that stalls does not hide it. Confined to its event loop.
final class LoadRun {

  private static final long PATIENCE_SECONDS = 30;

  private final Load load;
  private final EventLoop loop;
  private final Bootstrap bootstrap;
  private final CompletableFuture<Measurement> done;
  private final RequestTemplate template;
  private final Measurement measurement = new Measurement();
  private final Deque<LoadConnection> idle = new ArrayDeque<>();
  private final ChannelGroup channels;
  private final long startNanos = System.nanoTime();
  private long requests;
  private long underWay;
  private long opened;

  LoadRun(Load load, EventLoop loop, Bootstrap bootstrap, CompletableFuture<Measurement> done) {
    this.load = load;
    this.loop = loop;
    this.done = done;
    this.template = new RequestTemplate(load.target(), load.body());
    this.channels = new DefaultChannelGroup(loop);
    this.bootstrap =
        bootstrap.handler(
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(Channel channel) {
                channels.add(channel);
                channel
                    .pipeline()
                    .addLast(new HttpClientCodec(), new LoadConnection(LoadRun.this, channel));
              }
            });
  }

  void start() {
    if (load.rate().isPresent()) {
      tick(0);
    } else {
      for (int connection = 0; connection < load.connections(); connection++) {
        ask(System.nanoTime());
      }
    }
    loop.schedule(this::giveUp, load.duration().toSeconds() + PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  /// A request of the program that the connection stands for.
  FullHttpRequest next(String program) {
    return template.request(program, requests++);
  }

  String programName() {
    return "bench-" + opened++;
  }

  void answered(LoadConnection connection, long dueNanos, long firstNanos) {
    long now = System.nanoTime();
    measurement.answered(firstNanos - dueNanos, now - dueNanos);
    underWay--;
    if (load.rate().isEmpty() && !isOver(now)) {
      underWay++;
      connection.send(now);
    } else {
      idle.push(connection);
      endWhenAllIsAnswered();
    }
  }

  /// The request was refused, or its connection broke.
  void failed() {
    measurement.failed();
    underWay--;
    if (load.rate().isEmpty() && !isOver(System.nanoTime())) {
      // No faster than a client that waits a little before it tries again.
      loop.schedule(() -> ask(System.nanoTime()), 10, TimeUnit.MILLISECONDS);
    } else {
      endWhenAllIsAnswered();
    }
  }

  void gone(LoadConnection connection) {
    idle.remove(connection);
  }

  private void tick(long number) {
    long dueNanos = startNanos + Math.round(number * 1e9 / load.rate().orElseThrow());
    long waitNanos = dueNanos - System.nanoTime();
    if (waitNanos > 0) {
      loop.schedule(() -> tick(number), waitNanos, TimeUnit.NANOSECONDS);
    } else if (isOver(dueNanos)) {
      endWhenAllIsAnswered();
    } else {
      ask(dueNanos);
      loop.execute(() -> tick(number + 1));
    }
  }

  private void ask(long dueNanos) {
    underWay++;
    if (idle.isEmpty()) {
      bootstrap.connect().addListener(connected -> begin((ChannelFuture) connected, dueNanos));
    } else {
      idle.pop().send(dueNanos);
    }
  }

  private void begin(ChannelFuture connected, long dueNanos) {
    if (connected.isSuccess()) {
      connected.channel().pipeline().get(LoadConnection.class).send(dueNanos);
    } else {
      failed();
    }
  }

  private boolean isOver(long nowNanos) {
    return nowNanos - startNanos >= load.duration().toNanos();
  }

  private void endWhenAllIsAnswered() {
    if (underWay == 0 && isOver(System.nanoTime()) && !done.isDone()) {
      end();
    }
  }

  private void giveUp() {
    if (!done.isDone()) {
      for (long left = underWay; left > 0; left--) {
        measurement.failed();
      }
      end();
    }
  }

  private void end() {
    measurement.lasted(System.nanoTime() - startNanos);
    channels.close();
    done.complete(measurement);
  }
}
