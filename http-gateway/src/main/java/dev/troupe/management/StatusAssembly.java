package dev.troupe.management;

import dev.troupe.actor.EngineActor.EngineView;
import dev.troupe.actor.EngineActors;
import dev.troupe.cluster.ClusterSettings.Role;
import dev.troupe.cluster.LocalShards.Held;
import dev.troupe.cluster.Members;
import dev.troupe.management.ClusterStatus.EngineReport;
import dev.troupe.management.ClusterStatus.MemberReport;
import dev.troupe.management.ClusterStatus.SchedulerReport;
import dev.troupe.management.StatusGathering.Answer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.apache.pekko.actor.Address;
import org.apache.pekko.cluster.Cluster;
import org.apache.pekko.cluster.Member;

/// Puts the answers of a cluster's parts together.
final class StatusAssembly {

  private final Cluster cluster;
  private final EngineActors engineActors;

  StatusAssembly(Cluster cluster, EngineActors engineActors) {
    this.cluster = cluster;
    this.engineActors = engineActors;
  }

  ClusterStatus status(
      List<Answer<Member, NodeReport>> nodes,
      Answer<String, List<EngineView>> engines,
      List<Answer<String, SchedulerReport>> schedulers) {
    var views = engines.said().orElse(List.of());
    return new ClusterStatus(
        Members.nameOf(cluster.selfAddress()),
        nodes.stream()
            .map(node -> member(node.whom(), node.said()))
            .sorted(Comparator.comparing(MemberReport::address))
            .toList(),
        schedulers.stream()
            .flatMap(scheduler -> scheduler.said().stream())
            .sorted(Comparator.comparing(SchedulerReport::model))
            .toList(),
        views.stream().map(this::engine).toList(),
        resident(nodes),
        views.stream().mapToLong(EngineView::inFlight).sum(),
        silent(nodes, engines, schedulers),
        Members.haveRole(cluster, Role.SCHEDULER) ? List.of() : List.of(Members.NO_SCHEDULER));
  }

  private MemberReport member(Member member, Optional<NodeReport> report) {
    return new MemberReport(
        Members.nameOf(member.address()),
        Members.rolesOf(member),
        Members.nameOf(member.status()),
        !cluster.state().getUnreachable().contains(member),
        member.appVersion().version(),
        report.map(told -> OptionalLong.of(told.upMillis())).orElse(OptionalLong.empty()),
        report.flatMap(NodeReport::gateway),
        report.flatMap(NodeReport::unready),
        report.map(NodeReport::openCalls).orElse(OptionalInt.empty()),
        report.flatMap(NodeReport::storage),
        report.map(NodeReport::shards).orElse(List.of()));
  }

  private EngineReport engine(EngineView view) {
    return new EngineReport(
        view.endpoint().id().value(),
        view.endpoint().url().toString(),
        view.isReachable(),
        view.models().stream().sorted().toList(),
        view.inFlight(),
        view.window(),
        engineActors.of(view.endpoint().id()).map(actor -> nodeOf(actor.path().address())),
        view.whyUnreachable());
  }

  /// An actor of this node has an address without a host.
  private String nodeOf(Address address) {
    return Members.nameOf(address.hasGlobalScope() ? address : cluster.selfAddress());
  }

  private static long resident(List<Answer<Member, NodeReport>> nodes) {
    return nodes.stream()
        .flatMap(node -> node.said().stream())
        .flatMap(told -> told.shards().stream())
        .filter(held -> held.type().equals("program"))
        .mapToLong(Held::entities)
        .sum();
  }

  /// A member without a role is a client, and tells nothing.
  private static List<String> silent(
      List<Answer<Member, NodeReport>> nodes,
      Answer<String, List<EngineView>> engines,
      List<Answer<String, SchedulerReport>> schedulers) {
    var silent = new ArrayList<String>();
    nodes.stream()
        .filter(node -> node.said().isEmpty() && !Members.rolesOf(node.whom()).isEmpty())
        .forEach(node -> silent.add("node " + Members.nameOf(node.whom().address())));
    if (engines.said().isEmpty()) {
      silent.add("this node's catalog of engines");
    }
    schedulers.stream()
        .filter(scheduler -> scheduler.said().isEmpty())
        .forEach(scheduler -> silent.add("scheduler of " + scheduler.whom()));
    return silent;
  }
}
