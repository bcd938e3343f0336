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
import java.util.stream.StreamSupport;

/// What the nodes of a cluster say of it.
final class ClusterView {

  private static final Duration LIMIT = Duration.ofSeconds(2);

  private final Web web;
  private final List<NodeAddress> nodes;

  ClusterView(Web web, List<NodeAddress> nodes) {
    this.web = web;
    this.nodes = nodes;
  }

  /// Whether a node sees all nodes up and none unreachable.
  boolean isWhole(int node) {
    return members(node)
        .filter(members ->
            nodes.stream().allMatch(other -> status(members, other).equals("Up"))
                && members.path("members").size() == nodes.size()
                && members.path("unreachable").isEmpty())
        .isPresent();
  }

  /// Whether a node has another one as a member, in whatever state. An unclear answer is a yes.
  boolean hasMember(int node, int other) {
    return members(node).map(members -> !status(members, nodes.get(other)).isEmpty()).orElse(true);
  }

  /// The first of the nodes that holds entities of a type; empty where nobody says.
  ///
  /// @param type of sharded entities, such as `scheduler`
  Optional<Integer> holderOf(String type, List<Integer> among) {
    return among.stream().filter(node -> entities(node, type) > 0).findFirst();
  }

  private int entities(int node, String type) {
    return ask(nodes.get(node).management().resolve("/cluster/shards/" + type))
        .map(shards ->
            StreamSupport.stream(shards.path("regions").spliterator(), false)
                .mapToInt(shard -> shard.path("numEntities").asInt())
                .sum())
        .orElse(0);
  }

  /// Whether a node takes calls.
  boolean isReady(int node) {
    return web.isOk(nodes.get(node).gateway().resolve("/ready"), LIMIT);
  }

  /// Leases out, as the node knows all engines; empty when it does not answer.
  OptionalLong leases(int node) {
    return ask(nodes.get(node).gateway().resolve("/v1/engines"))
        .map(engines ->
            OptionalLong.of(
                StreamSupport.stream(engines.path("data").spliterator(), false)
                    .mapToLong(engine -> engine.path("in_flight").asLong())
                    .sum()))
        .orElse(OptionalLong.empty());
  }

  /// Engines that a node knows and reaches.
  int engines(int node) {
    return ask(nodes.get(node).gateway().resolve("/v1/engines"))
        .map(engines ->
            (int)
                StreamSupport.stream(engines.path("data").spliterator(), false)
                    .filter(engine -> engine.path("is_reachable").asBoolean())
                    .count())
        .orElse(0);
  }

  /// What a program was charged, in nanoseconds; empty when the node knows no such program.
  OptionalLong servedNanos(int node, String program) {
    var name = URLEncoder.encode(program, StandardCharsets.UTF_8);
    return ask(nodes.get(node).gateway().resolve("/v1/programs/" + name))
        .map(view -> OptionalLong.of(Math.round(view.path("service_ms").asDouble() * 1e6)))
        .orElse(OptionalLong.empty());
  }

  /// Positions of all nodes.
  List<Integer> positions() {
    return IntStream.range(0, nodes.size()).boxed().toList();
  }

  private Optional<JsonNode> members(int node) {
    return ask(nodes.get(node).management().resolve("/cluster/members"));
  }

  /// Empty text when it is no member.
  private static String status(JsonNode members, NodeAddress address) {
    return StreamSupport.stream(members.path("members").spliterator(), false)
        .filter(member -> member.path("node").asText().endsWith("@" + address.seed()))
        .map(member -> member.path("status").asText())
        .findFirst()
        .orElse("");
  }

  private Optional<JsonNode> ask(URI address) {
    return web.json(address, LIMIT);
  }
}
