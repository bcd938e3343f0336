package dev.troupe.management;

import dev.troupe.actor.CatalogActor;
import dev.troupe.actor.EngineActor.EngineView;
import dev.troupe.cluster.Members;
import dev.troupe.management.ClusterStatus.SchedulerReport;
import dev.troupe.program.ModelPool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.RootActorPath;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.cluster.Cluster;
import org.apache.pekko.cluster.Member;

/// Gathers the state of the cluster from all its nodes. Takes three limits at most; what does not
/// answer is named.
final class StatusGathering {

  private final ActorSystem<?> system;
  private final Cluster cluster;
  private final ManagementPorts ports;
  private final Duration limit;

  /// @param limit for the answer to each question
  StatusGathering(ActorSystem<?> system, ManagementPorts ports, Duration limit) {
    this.system = system;
    this.cluster = Cluster.get(system);
    this.ports = ports;
    this.limit = limit;
  }

  /// What became of one question.
  ///
  /// @param whom the one that was asked, for people
  record Answer<Q, A>(Q whom, Optional<A> said) {}

  /// Never fails.
  CompletionStage<ClusterStatus> gather() {
    var members =
        all(
            StreamSupport.stream(cluster.state().getMembers().spliterator(), false)
                .map(member -> asked(member, reportOf(member)))
                .toList());
    var engines = asked("engines", engines());
    var schedulers = members.thenCompose(this::schedulers);
    return members.thenCombine(
        engines.thenCombine(schedulers, Control::new),
        (nodes, control) ->
            new StatusAssembly(cluster, ports.engineActors())
                .status(nodes, control.engines(), control.schedulers()));
  }

  private record Control(
      Answer<String, List<EngineView>> engines, List<Answer<String, SchedulerReport>> schedulers) {}

  private CompletionStage<NodeReport> reportOf(Member member) {
    return statusActor(member.address())
        .thenCompose(actor ->
            AskPattern.<StatusActor.Command, NodeReport>ask(
                // A node gives each of its own parts as long.
                actor, StatusActor.Describe::new, limit.multipliedBy(2), system.scheduler()));
  }

  private CompletionStage<ActorRef<StatusActor.Command>> statusActor(Address node) {
    var path = RootActorPath.apply(node, "/").child("system").child(StatusActor.NAME);
    return Adapter.toClassic(system)
        .actorSelection(path)
        .resolveOne(limit)
        .thenApply(Adapter::toTyped);
  }

  private CompletionStage<List<EngineView>> engines() {
    return AskPattern.<CatalogActor.Command, List<EngineView>>ask(
        ports.catalog(), CatalogActor.ListEngines::new, limit, system.scheduler());
  }

  private CompletionStage<List<Answer<String, SchedulerReport>>> schedulers(
      List<Answer<Member, NodeReport>> nodes) {
    var questions = new ArrayList<CompletionStage<Answer<String, SchedulerReport>>>();
    for (var node : nodes) {
      for (var model : node.said().map(NodeReport::schedulers).orElse(List.of())) {
        questions.add(asked(model, scheduler(model, Members.nameOf(node.whom().address()))));
      }
    }
    return all(questions);
  }

  private CompletionStage<SchedulerReport> scheduler(String model, String node) {
    return ports
        .schedulers()
        .describe(new ModelPool(model), limit)
        .thenApply(pool ->
            new SchedulerReport(
                model,
                node,
                pool.waiting().stream().mapToInt(Integer::intValue).sum(),
                TimeUnit.NANOSECONDS.toMillis(pool.oldestWaitNanos()),
                pool.engines().stream().map(room -> room.engine().value()).sorted().toList()));
  }

  private static <Q, A> CompletionStage<Answer<Q, A>> asked(Q whom, CompletionStage<A> answer) {
    return answer.handle((said, failure) ->
        new Answer<>(whom, failure == null ? Optional.of(said) : Optional.empty()));
  }

  private static <T> CompletionStage<List<T>> all(List<CompletionStage<T>> parts) {
    var futures = parts.stream().map(CompletionStage::toCompletableFuture).toList();
    return CompletableFuture.allOf(futures.toArray(CompletableFuture<?>[]::new))
        .thenApply(_ -> futures.stream().map(CompletableFuture::join).toList());
  }
}
