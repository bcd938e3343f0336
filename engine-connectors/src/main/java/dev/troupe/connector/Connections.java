package dev.troupe.connector;

import dev.troupe.actor.EngineTransport.TransportException;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import jdk.net.ExtendedSocketOptions;

/// The connections of one event loop. All but [#execute] is called on that loop.
///
/// Of idle connections the one used last is taken first, so that those not needed grow old and are
/// closed before the engine does it. They are looked through once per keep-alive period, so a
/// connection lies idle for less than twice that, and is not used once it is older than one.
final class Connections {

  private static final int READ_BYTES = 32 * 1024;

  private final EventLoop loop;
  private final Bootstrap bootstrap;
  private final long keepAliveNanos;
  private final ChannelGroup open;
  private final Map<Origin, Deque<Idle>> idle = new HashMap<>();

  /// @param sinceNanos monotonic time
  private record Idle(Channel channel, long sinceNanos) {}

  static Connections on(EventLoop loop, TransportSettings settings) {
    var connections = new Connections(loop, settings);
    long period = connections.keepAliveNanos;
    loop.scheduleWithFixedDelay(connections::closeOld, period, period, TimeUnit.NANOSECONDS);
    return connections;
  }

  private Connections(EventLoop loop, TransportSettings settings) {
    this.loop = loop;
    this.keepAliveNanos = settings.keepAlive().toNanos();
    this.open = new DefaultChannelGroup(loop);
    this.bootstrap =
        new Bootstrap()
            .group(loop)
            .channel(NioSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            // One read takes all that is there up to this, and no second follows before the first
            // is handed on: few messages on a fast stream, and a pause takes effect soon.
            .option(
                ChannelOption.RECVBUF_ALLOCATOR,
                new FixedRecvByteBufAllocator(READ_BYTES).maxMessagesPerRead(1))
            .option(
                ChannelOption.CONNECT_TIMEOUT_MILLIS,
                Math.toIntExact(settings.connectTimeout().toMillis()))
            // A dead host shows after 30 s and three unanswered probes, also in a silent stream.
            .option(ChannelOption.SO_KEEPALIVE, true)
            .option(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE), 30)
            .option(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL), 10)
            .option(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT), 3);
  }

  /// Runs a task on the event loop.
  ///
  /// @return whether it will run; not when the transport is closed
  boolean execute(Runnable task) {
    try {
      loop.execute(task);
      return true;
    } catch (RejectedExecutionException closed) {
      return false;
    }
  }

  /// A connection that has served before and, as far as is known, still stands.
  Optional<Channel> takeIdle(Origin origin) {
    var candidates = idle.getOrDefault(origin, new ArrayDeque<>());
    for (var last = candidates.pollLast(); last != null; last = candidates.pollLast()) {
      if (last.channel().isActive() && !isOld(last)) {
        return Optional.of(last.channel());
      }
      last.channel().close();
    }
    return Optional.empty();
  }

  /// Takes back a connection on which nothing is under way.
  void keep(Origin origin, Channel channel) {
    channel.config().setAutoRead(true);
    idle.computeIfAbsent(origin, _ -> new ArrayDeque<>())
        .addLast(new Idle(channel, System.nanoTime()));
  }

  /// Connects. The stage completes on the event loop and fails with a [TransportException].
  CompletionStage<Channel> open(Origin origin) {
    var opened = new CompletableFuture<Channel>();
    // The system's resolver blocks, which a virtual thread may and an event loop may not.
    Thread.startVirtualThread(() -> {
      var address = new InetSocketAddress(origin.host(), origin.port());
      loop.execute(() -> connect(origin, address, opened));
    });
    return opened;
  }

  private void connect(
      Origin origin, InetSocketAddress address, CompletableFuture<Channel> opened) {
    if (address.isUnresolved()) {
      opened.completeExceptionally(new TransportException("unknown host " + origin.host()));
      return;
    }
    bootstrap
        .clone()
        .handler(new EnginePipeline(origin))
        .connect(address)
        .addListener((ChannelFuture connected) -> onConnected(origin, connected, opened));
  }

  private void onConnected(
      Origin origin, ChannelFuture connected, CompletableFuture<Channel> opened) {
    if (connected.isSuccess()) {
      open.add(connected.channel());
      opened.complete(connected.channel());
    } else {
      var cause = connected.cause();
      opened.completeExceptionally(
          new TransportException("cannot connect to " + origin + ": " + cause.getMessage(), cause));
    }
  }

  void close() {
    idle.clear();
    open.close();
  }

  private void closeOld() {
    for (var candidates : idle.values()) {
      for (var oldest = candidates.peekFirst();
          oldest != null && (isOld(oldest) || !oldest.channel().isActive());
          oldest = candidates.peekFirst()) {
        candidates.removeFirst().channel().close();
      }
    }
    idle.values().removeIf(Deque::isEmpty);
  }

  private boolean isOld(Idle connection) {
    return System.nanoTime() - connection.sinceNanos() > keepAliveNanos;
  }
}
