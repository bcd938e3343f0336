package dev.troupe.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpServerCodec;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/// A proxy that does nothing but pass HTTP messages on: what any gateway costs at least. Each client
/// connection has its own connection to the server, and whole bodies are never gathered.
///
/// A process of its own; its arguments are the servers. It prints an address for each, in their order.
public final class NettyProxy {

  private static final MultiThreadIoEventLoopGroup THREADS =
      new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());

  private NettyProxy() {}

  public static void main(String[] servers) throws IOException {
    var addresses = new StringBuilder("proxy ready at");
    for (var server : servers) {
      var bound = listen(URI.create(server)).localAddress();
      addresses.append(" http://127.0.0.1:").append(((InetSocketAddress) bound).getPort());
    }
    System.out.println(addresses);
    System.in.transferTo(OutputStream.nullOutputStream());
    System.exit(0);
  }

  private static Channel listen(URI server) {
    return new ServerBootstrap()
        .group(THREADS)
        .channel(NioServerSocketChannel.class)
        .option(ChannelOption.SO_BACKLOG, 4096)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childHandler(
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(Channel channel) {
                channel.pipeline().addLast(new HttpServerCodec(), new FromClient(server));
              }
            })
        .bind("127.0.0.1", 0)
        .syncUninterruptibly()
        .channel();
  }

  /// What comes from the client goes to the server; what comes early waits for the connection.
  private static final class FromClient extends ChannelInboundHandlerAdapter {

    private final URI server;
    private final Deque<Object> early = new ArrayDeque<>();
    private Optional<Channel> upstream = Optional.empty();

    FromClient(URI server) {
      this.server = server;
    }

    @Override
    public void channelActive(ChannelHandlerContext client) {
      new Bootstrap()
          .group(client.channel().eventLoop())
          .channel(NioSocketChannel.class)
          .option(ChannelOption.TCP_NODELAY, true)
          .handler(
              new ChannelInitializer<>() {
                @Override
                protected void initChannel(Channel channel) {
                  channel
                      .pipeline()
                      .addLast(new HttpClientCodec(), new FromServer(client.channel()));
                }
              })
          .connect(server.getHost(), server.getPort())
          .addListener((ChannelFuture connected) -> {
            if (!connected.isSuccess()) {
              client.close();
              return;
            }
            upstream = Optional.of(connected.channel());
            early.forEach(connected.channel()::write);
            early.clear();
            connected.channel().flush();
          });
    }

    @Override
    public void channelRead(ChannelHandlerContext client, Object message) {
      upstream.ifPresentOrElse(server -> server.write(message), () -> early.add(message));
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext client) {
      upstream.ifPresent(Channel::flush);
    }

    @Override
    public void channelInactive(ChannelHandlerContext client) {
      upstream.ifPresent(Channel::close);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext client, Throwable cause) {
      client.close();
    }
  }

  private static final class FromServer extends ChannelInboundHandlerAdapter {

    private final Channel client;

    FromServer(Channel client) {
      this.client = client;
    }

    @Override
    public void channelRead(ChannelHandlerContext upstream, Object message) {
      client.write(message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext upstream) {
      client.flush();
    }

    @Override
    public void channelInactive(ChannelHandlerContext upstream) {
      client.close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext upstream, Throwable cause) {
      upstream.close();
    }
  }
}
