package dev.troupe.node;

import dev.troupe.embedded.CacheFolder;
import dev.troupe.embedded.EmbeddedEngine;
import dev.troupe.embedded.TerminalProgress;
import dev.troupe.management.ListenFailure;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.CoordinatedShutdown;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Starts a node and says how to use it.
@Command(
    name = "up",
    mixinStandardHelpOptions = true,
    description = "Starts a node: gateway, scheduler, storage, embedded engine.")
final class UpCommand implements Callable<Integer> {

  /// No exit code: the node runs.
  static final int RUNNING = -1;

  private static final int MOST_NODES = 16;

  /// How long remote engines may take to answer before the node is announced without them.
  static final Duration ENGINES_LIMIT = Duration.ofSeconds(3);

  static final Duration EMBEDDED_LIMIT = Duration.ofMinutes(10);

  @Mixin private NodeOptions options = new NodeOptions();

  @Option(
      names = "--nodes",
      paramLabel = "N",
      description = "A trial cluster of so many processes, with one address in front.")
  private int nodes = 1;

  @Override
  public Integer call() throws InterruptedException {
    if (nodes < 1 || nodes > MOST_NODES) {
      throw new ConfigurationException("--nodes: expected 1 to " + MOST_NODES + ", not " + nodes);
    }
    if (nodes > 1) {
      TrialStart.run(options, nodes);
      return RUNNING;
    }
    var end = EarlyEnd.watch();
    try {
      var announcement = start();
      if (!end.hasCome()) {
        StopSignals.watch("open calls are served to their end, then the node stops", () -> {});
        System.out.println(announcement);
      }
    } catch (RuntimeException failure) {
      if (!end.hasCome()) {
        throw failure;
      }
    }
    return RUNNING;
  }

  private String start() throws InterruptedException {
    var started = System.nanoTime();
    var configuration = options.configuration();
    var settings = configuration.settings();
    refusePortsInUse(settings);
    var embedded = embedded(settings);
    var claim = StorageClaim.of(settings.storage());
    System.err.println("Starting the node ...");
    var node = await(Node.start(configuration, embedded).toCompletableFuture());
    node.system()
        .getWhenTerminated()
        .whenComplete((_, _) -> claim.ifPresent(StorageClaim::release));
    embedded.ifPresent(engine -> System.err.println("Loading " + engine.model() + " ..."));
    if (node.gateway().isEmpty()) {
      return Announcement.withoutGateway(node.management(), System.nanoTime() - started);
    }
    var models = awaitModels(node, embedded.isPresent());
    boolean needsKey = !settings.gateway().tenants().isEmpty();
    return Announcement.of(node.gateway().get(), models, needsKey, System.nanoTime() - started);
  }

  /// The embedded engine, where this node runs it: fetched if it was not there.
  static Optional<EmbeddedEngine> embedded(NodeSettings settings) {
    return settings.runsEmbedded()
        ? Optional.of(
            EmbeddedEngine.prepare(
                settings.embedded(), CacheFolder.ofUser(), TerminalProgress.onStandardError()))
        : Optional.empty();
  }

  /// Found out before minutes are spent on building and loading.
  private static void refusePortsInUse(NodeSettings settings) {
    if (settings.hasGateway()) {
      refuseGatewayPortInUse(settings);
    }
    var management = settings.management();
    try {
      listen(management.host(), management.port());
    } catch (IOException taken) {
      throw new ConfigurationException(management.cannotListen(taken), taken);
    }
  }

  static void refuseGatewayPortInUse(NodeSettings settings) {
    var gateway = settings.gateway();
    try {
      listen(gateway.host(), gateway.port());
    } catch (IOException taken) {
      var mend =
          ListenFailure.mend(
              taken,
              "--host or troupe.gateway.host must be an address of this machine",
              "choose another port with --port or troupe.gateway.port");
      throw new ConfigurationException(
          "cannot listen on %s:%d (%s); %s"
              .formatted(gateway.host(), gateway.port(), taken.getMessage(), mend),
          taken);
    }
  }

  private static void listen(String host, int port) throws IOException {
    try (var probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(host, port));
    }
  }

  static Node await(CompletableFuture<Node> starting) throws InterruptedException {
    try {
      return starting.get();
    } catch (ExecutionException failed) {
      throw new StartException("the node cannot start: " + rootOf(failed), failed);
    }
  }

  private static List<String> awaitModels(Node node, boolean hasEmbedded)
      throws InterruptedException {
    var limit = hasEmbedded ? EMBEDDED_LIMIT : ENGINES_LIMIT;
    try {
      return node.models().toCompletableFuture().get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      return List.of();
    } catch (ExecutionException failed) {
      var cause = rootOf(failed);
      CoordinatedShutdown.get(node.system())
          .runAll(CoordinatedShutdown.actorSystemTerminateReason())
          .toCompletableFuture()
          .join();
      throw new StartException(cause, failed);
    }
  }

  static String rootOf(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.toString() : root.getMessage();
  }
}
