package dev.troupe.bench;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// Sends requests and times their answers, on one thread.
final class LoadGenerator implements AutoCloseable {

  private final MultiThreadIoEventLoopGroup threads =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

  /// Puts a server under load and waits until all is answered.
  Measurement run(Load load) {
    var done = new CompletableFuture<Measurement>();
    var loop = threads.next();
    var connections =
        new Bootstrap()
            .group(loop)
            .channel(NioSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 10_000)
            .remoteAddress(load.target().getHost(), load.target().getPort());
    loop.execute(() -> new LoadRun(load, loop, connections, done).start());
    return done.join();
  }

  @Override
  public void close() {
    threads.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }
}
