package dev.troupe.node;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.troupe.cluster.StorageServer;
import dev.troupe.front.Front;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.Done;
import sun.misc.Signal;

/// `up --nodes`: from a configuration to a running trial cluster that has said where it is.
final class TrialStart {

  /// A restart of the only node that is left takes about as long.
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /// For what the end of a node takes besides its calls.
  private static final Duration REST_OF_LEAVING = Duration.ofSeconds(20);

  private final Optional<Path> config;
  private final TrialOverrides overrides;
  private final NodeSettings settings;
  private final List<TrialPlace> places;

  private TrialStart(
      Optional<Path> config,
      TrialOverrides overrides,
      NodeSettings settings,
      List<TrialPlace> places) {
    this.config = config;
    this.overrides = overrides;
    this.settings = settings;
    this.places = places;
  }

  /// Starts the cluster, and returns once it serves calls and has said how to make them.
  ///
  /// @param options that all nodes have in common
  static void run(NodeOptions options, int nodes) throws InterruptedException {
    var overrides = new TrialOverrides(options);
    var settings = Configuration.load(options.file(), overrides.ofAll()).settings();
    UpCommand.refuseGatewayPortInUse(settings);
    // Fetches what is missing, once for all.
    UpCommand.embedded(settings);
    var places = TrialPlace.choose(nodes, settings.gateway().port());
    new TrialStart(options.file(), overrides, settings, places).run();
  }

  private void run() throws InterruptedException {
    long started = System.nanoTime();
    var directory = settings.storage().directory();
    var claim = StorageClaim.of(settings.storage());
    var storage = claim.map(_ -> serveStorage());
    var front =
        Front.listen(
            new InetSocketAddress(settings.gateway().host(), settings.gateway().port()), PATIENCE);
    System.err.println(
        "Starting "
            + places.size()
            + " nodes, each a JVM with up to 384 MB of heap; their logs are in "
            + directory);
    var launch =
        new TrialLaunch(directory, config, place -> overrides.of(place, places, settings, storage));
    var cluster = new TrialCluster(places, launch, front);
    endWithThisProcess(cluster, storage, claim);
    cluster.start().toCompletableFuture().join();
    awaitReady(cluster.ready());
    var models = models(front);
    long startNanos = System.nanoTime() - started;
    boolean needsKey = !settings.gateway().tenants().isEmpty();
    System.out.println(
        cluster.<String>read(members ->
            TrialAnnouncement.of(front.address(), members, models, needsKey, startNanos)));
  }

  /// The file in the data folder is for one process: this one serves it to the nodes.
  private StorageServer serveStorage() {
    try {
      return StorageServer.start(settings.storage());
    } catch (SQLException | IOException failure) {
      throw new StartException("cannot open the storage: " + failure.getMessage(), failure);
    }
  }

  /// @param claim held until the nodes and the storage have ended
  private void endWithThisProcess(
      TrialCluster cluster, Optional<StorageServer> storage, Optional<StorageClaim> claim) {
    StopSignals.watch("all nodes leave", cluster::kill);
    Signal.handle(new Signal("HUP"), _ -> cluster.restartInTurn());
    // The first node leaves after the others.
    var limit =
        settings
            .leaving()
            .notice()
            .plus(settings.leaving().drainLimit())
            .multipliedBy(2)
            .plus(REST_OF_LEAVING);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  stop(cluster, limit);
                  storage.ifPresent(TrialStart::close);
                  claim.ifPresent(StorageClaim::release);
                },
                "leave"));
  }

  private static void stop(TrialCluster cluster, Duration limit) {
    try {
      cluster.stop().toCompletableFuture().get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException | InterruptedException failure) {
      System.err.println("troupe: the nodes did not leave in order: " + failure);
      cluster.kill();
    }
  }

  private static void close(StorageServer storage) {
    try {
      storage.close();
    } catch (SQLException failure) {
      System.err.println("troupe: the storage was not closed in order: " + failure.getMessage());
    }
  }

  private void awaitReady(CompletionStage<Done> ready) throws InterruptedException {
    var limit = settings.runsEmbedded() ? UpCommand.EMBEDDED_LIMIT : UpCommand.ENGINES_LIMIT;
    try {
      ready.toCompletableFuture().get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      // It is announced without models, and waits for engines.
    } catch (ExecutionException failed) {
      throw new StartException("the nodes cannot start: " + UpCommand.rootOf(failed), failed);
    }
  }

  private static List<String> models(Front front) throws InterruptedException {
    var url = URI.create("http://127.0.0.1:" + front.address().getPort() + "/v1/models");
    try (var http = HttpClient.newHttpClient()) {
      var answer =
          http.send(
              HttpRequest.newBuilder(url)
                  .version(HttpClient.Version.HTTP_1_1)
                  .timeout(Duration.ofSeconds(5))
                  .build(),
              BodyHandlers.ofString());
      var names = new ArrayList<String>();
      for (var model : new ObjectMapper().readTree(answer.body()).path("data")) {
        names.add(model.path("id").asText());
      }
      return List.copyOf(names);
    } catch (IOException _) {
      return List.of();
    }
  }
}
