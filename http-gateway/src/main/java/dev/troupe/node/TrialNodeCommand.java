package dev.troupe.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.typesafe.config.ConfigFactory;
import dev.troupe.embedded.EmbeddedEngine;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// A node of a trial cluster: [TrialCluster] starts it in a process of its own.
///
/// The first line of its standard input is its part of the configuration. The end of that input is the
/// end of the one who started it, however that came: the node leaves then, too.
@Command(name = "trial-node", hidden = true, description = "A node of `up --nodes`.")
final class TrialNodeCommand implements Callable<Integer> {

  private static final int ORPHANED = 1;

  /// Alone, nothing of the cluster is worth waiting for.
  private static final int ORPHAN_LIMIT_SECONDS = 10;

  @Option(names = "--config", paramLabel = "FILE", description = "The user's configuration.")
  private @Nullable Path config;

  @Override
  public Integer call() throws IOException, InterruptedException {
    // Ctrl-C reaches all processes of a terminal; the one who started this node says when it
    // leaves.
    StopSignals.ignoreInterrupts();
    var input = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    var ownPart = Optional.ofNullable(input.readLine()).orElse("{}");
    Thread.ofPlatform().daemon().name("parent-watch").start(() -> followParent(input));
    start(ConfigFactory.parseString(ownPart).root().unwrapped());
    return UpCommand.RUNNING;
  }

  private void start(Map<String, Object> ownPart) throws InterruptedException {
    var configuration = Configuration.load(Optional.ofNullable(config), ownPart);
    Optional<EmbeddedEngine> embedded = UpCommand.embedded(configuration.settings());
    var node = UpCommand.await(Node.start(configuration, embedded).toCompletableFuture());
    if (embedded.isPresent()) {
      node.models()
          .whenComplete((_, failure) -> {
            if (failure != null) {
              System.err.println("the embedded engine is given up: " + failure.getMessage());
            }
          });
    }
  }

  private static void followParent(BufferedReader input) {
    try {
      while (input.readLine() != null) {
        // Nothing more is said.
      }
    } catch (IOException _) {
      // Its end as well.
    }
    CompletableFuture.delayedExecutor(ORPHAN_LIMIT_SECONDS, TimeUnit.SECONDS)
        .execute(() -> Runtime.getRuntime().halt(ORPHANED));
    System.exit(ORPHANED);
  }
}
