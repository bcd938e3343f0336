package dev.troupe.connector;

import dev.troupe.actor.EngineTransport;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.Done;

/// Carries requests to engines over HTTP/1.1 on Netty's event loops.
///
/// An exchange and the connection it uses belong to one event loop; nothing is shared between loops,
/// so nothing is locked. Each loop keeps the idle connections that it opened. There is no upper limit
/// of connections: how many calls an engine gets at once is decided by its window.
///
/// A stream may be silent as long as it likes. A host that vanished without a word is noticed by
/// TCP's own probes.
public final class NettyTransport implements EngineTransport {

  private final EventLoopGroup group;
  private final List<Connections> loops;
  private final AtomicInteger next = new AtomicInteger();
  private final int readAheadBytes;

  public static NettyTransport create(TransportSettings settings) {
    return new NettyTransport(settings);
  }

  private NettyTransport(TransportSettings settings) {
    group =
        new MultiThreadIoEventLoopGroup(
            settings.eventLoops(),
            new DefaultThreadFactory("troupe-transport", true),
            NioIoHandler.newFactory());
    var opened = new ArrayList<Connections>();
    group.forEach(loop -> opened.add(Connections.on((EventLoop) loop, settings)));
    loops = List.copyOf(opened);
    readAheadBytes = settings.readAheadBytes();
  }

  @Override
  public Exchange send(Request request) {
    var connections = loops.get(Math.floorMod(next.getAndIncrement(), loops.size()));
    var exchange = new EngineExchange(OutgoingRequest.of(request), connections, readAheadBytes);
    if (!connections.execute(exchange::begin)) {
      exchange.onClosed();
    }
    return exchange;
  }

  /// Breaks off what is under way and ends the event loops. Nothing can be sent afterwards.
  public CompletionStage<Done> close() {
    var closed = new CompletableFuture<Done>();
    if (!group.isShuttingDown()) {
      loops.forEach(connections -> connections.execute(connections::close));
    }
    group
        .shutdownGracefully(0, 1, TimeUnit.SECONDS)
        .addListener(_ -> closed.complete(Done.getInstance()));
    return closed;
  }
}
