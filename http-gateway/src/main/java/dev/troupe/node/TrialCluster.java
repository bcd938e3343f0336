package dev.troupe.node;

import dev.troupe.front.Front;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.pekko.Done;

/// Several nodes on one machine, each in a process of its own, with one address in front: for trial.
///
/// Nodes that end are started again. The whole leaves in good order, or at once; when this process is
/// killed, the others notice and end.
final class TrialCluster {

  private final ScheduledExecutorService thread;
  private final Front front;
  private final List<TrialMember> members;

  private boolean isRestarting;

  /// @param front where clients come; closed by this
  TrialCluster(List<TrialPlace> places, TrialLaunch launch, Front front) {
    this.front = front;
    this.thread =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("trial-cluster").factory());
    var http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(1))
            .build();
    this.members =
        places.stream()
            .map(place -> new TrialMember(place, launch, thread, http, this::onChange))
            .toList();
  }

  /// Reads something of the members.
  <T> T read(Function<List<TrialMember>, T> what) {
    return CompletableFuture.supplyAsync(() -> what.apply(members), thread).join();
  }

  /// Completes when all nodes listen.
  CompletionStage<Done> start() {
    return onThread(() -> {
      members.forEach(TrialMember::start);
      return all(members.stream().map(TrialMember::listening).toList());
    });
  }

  /// Completes when all nodes would serve calls.
  CompletionStage<Done> ready() {
    return onThread(() -> all(members.stream().map(TrialMember::ready).toList()));
  }

  /// Lets one node after the other leave and come back. Does nothing while that goes on.
  void restartInTurn() {
    var _ =
        onThread(() -> {
          if (isRestarting) {
            return done();
          }
          isRestarting = true;
          System.err.println("troupe: the nodes restart, one after the other");
          CompletionStage<Done> turn = done();
          for (var member : members) {
            turn = turn.thenComposeAsync(_ -> member.restart(), thread);
          }
          return turn.whenCompleteAsync(
              (_, failure) -> {
                isRestarting = false;
                System.err.println(
                    failure == null
                        ? "troupe: all nodes have been restarted"
                        : "troupe: not all nodes have been restarted: " + failure.getMessage());
              },
              thread);
        });
  }

  /// Takes no more connections, and lets the nodes leave: the first one last, on which others may have
  /// calls. Completes when all processes have ended.
  CompletionStage<Done> stop() {
    front.stopListening();
    return onThread(() ->
            all(members.stream().skip(1).map(TrialMember::leave).toList())
                .thenComposeAsync(_ -> members.getFirst().leave(), thread))
        .thenApply(done -> {
          front.close();
          return done;
        });
  }

  /// Ends all processes.
  void kill() {
    CompletableFuture.runAsync(() -> members.forEach(TrialMember::kill), thread).join();
  }

  private void onChange() {
    front.update(members.stream().map(TrialMember::target).toList());
  }

  private <T> CompletionStage<T> onThread(Supplier<CompletionStage<T>> work) {
    return CompletableFuture.supplyAsync(work, thread).thenCompose(result -> result);
  }

  private static CompletionStage<Done> all(List<CompletionStage<Done>> stages) {
    return CompletableFuture.allOf(
            stages.stream()
                .map(CompletionStage::toCompletableFuture)
                .toArray(CompletableFuture[]::new))
        .thenApply(_ -> Done.getInstance());
  }

  private static CompletionStage<Done> done() {
    return CompletableFuture.completedStage(Done.getInstance());
  }
}
