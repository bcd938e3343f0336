package dev.troupe.front;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;

/// A client that has come and is not joined to a node yet. It is held while no node can be reached; a
/// restart takes a few seconds.
final class Arrival {

  private static final int CONNECT_MILLIS = 1000;
  private static final Duration BETWEEN_ROUNDS = Duration.ofMillis(100);

  private static final String NOBODY =
      """
      {"error":{"message":"No node is there. Try again.","type":"server_error","code":"no_node"}}
      """;
  private static final String REFUSAL =
      "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nRetry-After: 1\r\n"
          + "Connection: close\r\nContent-Length: "
          + NOBODY.length()
          + "\r\n\r\n"
          + NOBODY;

  private final SocketChannel client;
  private final Nodes nodes;
  private final long giveUpNanos;

  /// @param patience how long it may wait for a node
  Arrival(SocketChannel client, Nodes nodes, Duration patience) {
    this.client = client;
    this.nodes = nodes;
    this.giveUpNanos = System.nanoTime() + patience.toNanos();
  }

  void join() {
    tryNext(nodes.order().iterator());
  }

  private void tryNext(Iterator<InetSocketAddress> rest) {
    if (rest.hasNext()) {
      var address = rest.next();
      // Counted from now on: others arrive while this one is on its way.
      nodes.opened(address);
      connect(address)
          .addListener(
              (ChannelFutureListener)
                  connected -> {
                    connected.channel().closeFuture().addListener(_ -> nodes.closed(address));
                    if (connected.isSuccess()) {
                      pair((SocketChannel) connected.channel());
                    } else {
                      tryNext(rest);
                    }
                  });
    } else if (System.nanoTime() < giveUpNanos) {
      var _ =
          client.eventLoop().schedule(this::join, BETWEEN_ROUNDS.toMillis(), TimeUnit.MILLISECONDS);
    } else {
      refuse();
    }
  }

  private ChannelFuture connect(InetSocketAddress address) {
    return new Bootstrap()
        .group(client.eventLoop())
        .channel(NioSocketChannel.class)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_MILLIS)
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.AUTO_READ, false)
        .handler(new ChannelInboundHandlerAdapter())
        .connect(address);
  }

  private void pair(SocketChannel node) {
    node.pipeline().addLast(new Relay(client));
    client.pipeline().addLast(new Relay(node));
    // A client that has gone meanwhile will be noticed at the first read.
    node.read();
    client.read();
  }

  /// What the client has sent is read and dropped: a connection that is closed over unread bytes is
  /// reset, and the client would never see why.
  private void refuse() {
    client.config().setAutoRead(true);
    client
        .writeAndFlush(Unpooled.copiedBuffer(REFUSAL, US_ASCII))
        .addListener(_ -> client.shutdownOutput());
    var _ = client.eventLoop().schedule((Runnable) client::close, 1, TimeUnit.SECONDS);
  }
}
