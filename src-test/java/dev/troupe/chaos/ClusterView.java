package dev.troupe.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// What the nodes of a cluster say of it.
final class ClusterView {

  private static final Duration LIMIT = Duration.ofSeconds(2);
  private static final int ATTEMPTS = 5;
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;

  /// `/status` waits for nodes that are silent.
  private static final Duration STATUS_LIMIT = Duration.ofSeconds(10);

  private final Web web;
  private final List<NodeAddress> nodes;

  ClusterView(Web web, List<NodeAddress> nodes) {
    this.web = web;
    this.nodes = nodes;
  }

  /// Positions of all nodes.
  List<Integer> positions() {
    return IntStream.range(0, nodes.size()).boxed().toList();
  }

  /// Whether a node sees all nodes up and none unreachable.
  boolean isWhole(int node) {
    return members(node)
        .filter(seen ->
            nodes.stream().allMatch(other -> status(seen, other).equals("up"))
                && seen.path("members").size() == nodes.size()
                && seen.path("unreachable").isEmpty())
        .isPresent();
  }

  /// Whether a node has another one as a member, in whatever state. An unclear answer is a yes.
  boolean hasMember(int node, int other) {
    return members(node).map(seen -> !status(seen, nodes.get(other)).isEmpty()).orElse(true);
  }

  /// Whether a node can do what its roles say.
  boolean isReady(int node) {
    return web.isOk(nodes.get(node).management().resolve("/ready"), LIMIT);
  }

  /// Whether a node says that it can do what its roles say; empty when it does not answer.
  Optional<Boolean> saysItIsReady(int node) {
    return web.status(nodes.get(node).management().resolve("/ready"), LIMIT)
        .map(status -> status == OK);
  }

  /// Whether a node is in a cluster, be it alone; empty when it does not answer.
  Optional<Boolean> isInCluster(int node) {
    return members(node).map(seen -> !seen.path("members").isEmpty());
  }

  /// Whether a node takes calls.
  boolean takesCalls(int node) {
    return web.isOk(nodes.get(node).gateway().resolve("/ready"), LIMIT);
  }

  /// The node that holds a scheduler; empty where nobody says.
  Optional<Integer> holderOfScheduler() {
    return holder("schedulers");
  }

  /// A node that holds the actor of an engine; empty where nobody says.
  Optional<Integer> holderOfEngine() {
    return holder("engines");
  }

  private Optional<Integer> holder(String list) {
    return positions().stream()
        .flatMap(node ->
            web.json(nodes.get(node).management().resolve("/status"), STATUS_LIMIT).stream())
        .flatMap(status -> elements(status.path(list)))
        .map(held -> held.path("node").asText())
        .flatMap(where -> positions().stream().filter(at -> nodes.get(at).seed().equals(where)))
        .findFirst();
  }

  /// Leases out, as a gateway knows all engines; empty when it does not answer.
  OptionalLong leases(int node) {
    return ask(nodes.get(node).gateway().resolve("/v1/engines"))
        .map(engines ->
            OptionalLong.of(
                elements(engines.path("data"))
                    .mapToLong(engine -> engine.path("in_flight").asLong())
                    .sum()))
        .orElse(OptionalLong.empty());
  }

  /// Engines that a gateway knows and that answer.
  long engines(int node) {
    return ask(nodes.get(node).gateway().resolve("/v1/engines")).stream()
        .flatMap(engines -> elements(engines.path("data")))
        .filter(engine -> engine.path("is_reachable").asBoolean())
        .count();
  }

  /// What a program was charged, in nanoseconds; empty when the gateway knows no such program. A gateway that
  /// does not answer in time is asked again: that says nothing of the program.
  ///
  /// @throws IllegalStateException if it never answers
  OptionalLong servedNanos(int node, String program) {
    var name = URLEncoder.encode(program, StandardCharsets.UTF_8);
    var address = nodes.get(node).gateway().resolve("/v1/programs/" + name);
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      var view = ask(address);
      if (view.isPresent()) {
        return OptionalLong.of(Math.round(view.get().path("service_ms").asDouble() * 1e6));
      }
      if (web.status(address, LIMIT).equals(Optional.of(NOT_FOUND))) {
        return OptionalLong.empty();
      }
    }
    throw new IllegalStateException("no answer from " + address);
  }

  private Optional<JsonNode> members(int node) {
    return ask(nodes.get(node).management().resolve("/cluster/members"));
  }

  /// Empty text when it is no member.
  private static String status(JsonNode seen, NodeAddress address) {
    return elements(seen.path("members"))
        .filter(member -> member.path("address").asText().equals(address.seed()))
        .map(member -> member.path("status").asText())
        .findFirst()
        .orElse("");
  }

  private static Stream<JsonNode> elements(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false);
  }

  private Optional<JsonNode> ask(URI address) {
    return web.json(address, LIMIT);
  }
}
