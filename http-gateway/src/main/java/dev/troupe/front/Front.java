package dev.troupe.front;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// One address in front of several nodes. Passes connections on whole, without a look at what is said
/// on them: each goes to the ready node that has the fewest, and to the next one when that cannot be
/// reached. Back-pressure, half-closed connections and resets pass through.
///
/// A connection stays with its node. A node that leaves ends its connections in good order, each after
/// an answer; their clients come again and get another node.
public final class Front implements AutoCloseable {

  private static final int BACKLOG = 1024;

  private final MultiThreadIoEventLoopGroup group;
  private final Nodes nodes;
  private final Channel listening;

  private Front(MultiThreadIoEventLoopGroup group, Nodes nodes, Channel listening) {
    this.group = group;
    this.nodes = nodes;
    this.listening = listening;
  }

  /// Begins to listen.
  ///
  /// @param patience how long a connection waits for a node to go to; then it is refused with 503
  /// @throws java.net.BindException when the address cannot be had
  public static Front listen(InetSocketAddress address, Duration patience) {
    // One thread: nothing is shared, and a few microseconds per chunk fill no core.
    var group =
        new MultiThreadIoEventLoopGroup(
            1, new DefaultThreadFactory("troupe-front", true), NioIoHandler.newFactory());
    var nodes = new Nodes();
    var listening =
        new ServerBootstrap()
            .group(group)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.AUTO_READ, false)
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel client) {
                    new Arrival(client, nodes, patience).join();
                  }
                })
            .bind(address)
            .syncUninterruptibly()
            .channel();
    return new Front(group, nodes, listening);
  }

  /// Where it listens.
  public InetSocketAddress address() {
    return (InetSocketAddress) listening.localAddress();
  }

  /// The nodes there are, as they are now. Open connections stay where they are.
  public void update(List<Target> targets) {
    group.execute(() -> nodes.update(targets));
  }

  /// Takes no more connections. Open ones go on.
  public void stopListening() {
    listening.close().syncUninterruptibly();
  }

  /// Ends all connections.
  @Override
  public void close() {
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }
}
