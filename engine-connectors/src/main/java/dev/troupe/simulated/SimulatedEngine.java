package dev.troupe.simulated;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerKeepAliveHandler;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import picocli.CommandLine;

/// A server that speaks the OpenAI protocol as vLLM does and runs no model: requests wait for slots
/// and KV blocks, take the time that their uncached prompt tokens and output tokens would take, and
/// are answered with made-up text.
///
/// Runs as a process of its own (`main`) or within another (`start`). One thread does everything.
///
/// | path | what |
/// |------|------|
/// | `POST /v1/chat/completions`, `POST /v1/completions` | streamed or not |
/// | `GET /v1/models`, `/health`, `/version`, `/metrics` | as vLLM |
/// | `GET /sim/stats` | [SimulatedStats] |
/// | `POST /sim/fault` | [Fault], with `times` (1) for how many requests meet it |
public final class SimulatedEngine implements AutoCloseable {

  private static final int MAX_BODY_BYTES = 64 << 20;
  private static final int READ_BYTES = 256 << 10;

  private final SimulatedSettings settings;
  private final MultiThreadIoEventLoopGroup threads;
  private final EventLoop loop;
  private final ChannelGroup connections;
  private final Tally tally = new Tally();
  private final ModelRunner runner;
  private final RequestReader reader;
  private final FaultPlan faults = new FaultPlan();
  private final InetSocketAddress address;
  private long arrivals;

  private SimulatedEngine(SimulatedSettings settings) {
    this.settings = settings;
    this.threads = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    this.loop = threads.next();
    this.connections = new DefaultChannelGroup(loop);
    this.runner = new ModelRunner(settings, loop, tally);
    this.reader =
        new RequestReader(
            settings.capacity().blockTokens(), settings.work().toolArguments().isPresent());
    var wanted = settings.address();
    var bound = bind(new InetSocketAddress(wanted.host(), wanted.port()));
    this.address = (InetSocketAddress) bound.syncUninterruptibly().channel().localAddress();
  }

  /// Starts an engine within this process.
  ///
  /// @param flags as on the command line, such as `--port=0`
  /// @throws CommandLine.ParameterException when a flag cannot be understood
  public static SimulatedEngine start(String... flags) {
    return new SimulatedEngine(SimulatedSettings.of(flags));
  }

  public static void main(String[] args) throws IOException {
    SimulatedEngine engine;
    boolean exitsOnEof;
    try {
      var settings = SimulatedSettings.of(args);
      exitsOnEof = settings.exitsOnEof();
      engine = new SimulatedEngine(settings);
    } catch (CommandLine.ParameterException | IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.err.print(SimulatedSettings.usage());
      System.exit(2);
      return;
    }
    System.out.println("simulated engine ready at " + engine.url());
    if (exitsOnEof) {
      System.in.transferTo(OutputStream.nullOutputStream());
      engine.close();
    }
  }

  /// Base address, such as `http://127.0.0.1:41237`.
  public URI url() {
    return URI.create("http://" + address.getHostString() + ":" + address.getPort());
  }

  public SimulatedStats stats() {
    return call(runner::stats);
  }

  /// Completes as soon as the engine's state meets the condition.
  public CompletionStage<SimulatedStats> when(Predicate<SimulatedStats> condition) {
    var reached = new CompletableFuture<SimulatedStats>();
    loop.execute(() -> {
      tally.watch(condition, reached);
      tally.show(runner.stats());
    });
    return reached;
  }

  /// Lets the next requests meet a fault.
  public void inject(Fault fault, int times) {
    call(() -> {
      plan(fault, times);
      return fault;
    });
  }

  /// Breaks all connections and stops at once.
  @Override
  public void close() {
    // Left to the end of the event loop, a listening socket now and then outlives its thread, takes
    // connections and never answers.
    connections.close().syncUninterruptibly();
    threads.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  SimulatedSettings settings() {
    return settings;
  }

  ModelRunner runner() {
    return runner;
  }

  RequestReader reader() {
    return reader;
  }

  FaultPlan faults() {
    return faults;
  }

  /// Rises with each request. On the event loop only.
  long nextArrival() {
    return ++arrivals;
  }

  /// On the event loop only.
  void plan(Fault fault, int times) {
    if (fault instanceof Fault.Refuse(var duration)) {
      connections.close();
      loop.schedule(() -> bind(address), duration.toNanos(), TimeUnit.NANOSECONDS);
    } else {
      faults.plan(fault, times);
    }
  }

  private ChannelFuture bind(InetSocketAddress where) {
    var bound =
        new ServerBootstrap()
            .group(threads)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, 4096)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(new Connection())
            .bind(where);
    connections.add(bound.channel());
    return bound;
  }

  private final class Connection extends ChannelInitializer<Channel> {
    @Override
    protected void initChannel(Channel channel) {
      connections.add(channel);
      channel
          .pipeline()
          .addLast(
              new HttpServerCodec(new HttpDecoderConfig().setMaxChunkSize(READ_BYTES)),
              new HttpServerKeepAliveHandler(),
              new HttpObjectAggregator(MAX_BODY_BYTES),
              new EngineHandler(SimulatedEngine.this));
    }
  }

  private <T> T call(Callable<T> action) {
    return loop.submit(action).syncUninterruptibly().getNow();
  }
}
