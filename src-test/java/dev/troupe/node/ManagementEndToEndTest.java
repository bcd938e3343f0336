package dev.troupe.node;

import static dev.troupe.node.TestNode.PATIENCE;
import static dev.troupe.node.TestNode.streamedChat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.typesafe.config.Config;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.apache.pekko.cluster.Cluster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What operators and probes are told, of one node and of a cluster whose nodes have different roles.
@Timeout(120)
class ManagementEndToEndTest {

  private static final int ENDLESS = 100_000;

  @TempDir private Path folder;

  @Test
  void tellsWhatANodeIsAndDoes() {
    try (var engine = TestEngine.start("solo", "solo", 4, "--decode-micros=2000");
        var node = TestNode.start(folder, List.of(engine.entry()), "");
        var call = node.open("p", "c", streamedChat("solo", "Tell", ENDLESS))) {
      call.readTo("data: ");
      var management = node.management();

      assertThat(management.get("/alive").statusCode()).isEqualTo(200);
      assertThat(management.isReady()).isTrue();
      assertThat(management.get("/metrics").statusCode()).isEqualTo(200);
      var self = management.json("/cluster/members").path("members").path(0);
      assertThat(self.path("status").asText()).isEqualTo("up");
      assertThat(self.path("address").asText()).startsWith("127.0.0.1:");
      await().atMost(PATIENCE).until(() -> leases(management.json("/status")) == 1);
      var status = management.json("/status");
      assertThat(status.path("resident_programs").asInt()).isEqualTo(1);
      assertThat(status.path("silent")).isEmpty();
      assertThat(status.path("problems")).isEmpty();
      var member = status.path("members").path(0);
      assertThat(texts(member.path("roles"))).containsExactly("engine", "gateway", "scheduler");
      assertThat(member.path("open_calls").asInt()).isEqualTo(1);
      assertThat(member.path("storage").path("is_available").asBoolean()).isTrue();
      var scheduler = status.path("schedulers").path(0);
      assertThat(scheduler.path("model").asText()).isEqualTo("solo");
      assertThat(texts(scheduler.path("engines"))).containsExactly("solo");
      var engineStatus = status.path("engines").path(0);
      assertThat(engineStatus.path("is_reachable").asBoolean()).isTrue();
      assertThat(engineStatus.path("node").asText()).isEqualTo(status.path("node").asText());
    }
  }

  @Test
  void isReadOnly() {
    try (var node = TestNode.start(folder, List.of(), "")) {
      assertThat(node.management().send("PUT", "/cluster/members").statusCode()).isEqualTo(405);
      assertThat(node.management().send("DELETE", "/status").statusCode()).isEqualTo(405);
      assertThat(node.management().get("/nowhere").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void joinsNodesOfDifferentRolesIntoOneCluster() {
    var control = start("control", "troupe.cluster.roles = [scheduler]");
    var gateway = start("gateway", "troupe.cluster.roles = [gateway]\n" + seededBy(control));
    try {
      assertThat(control.gateway()).isEmpty();
      assertThat(gateway.gateway()).isPresent();
      var management = TestManagement.of(gateway.management());
      await().atMost(PATIENCE).until(management::isReady);
      await().atMost(PATIENCE).until(TestManagement.of(control.management())::isReady);

      var status = management.json("/status");

      assertThat(status.path("silent")).isEmpty();
      assertThat(status.path("members")).hasSize(2);
      status
          .path("members")
          .forEach(member -> assertThat(member.path("up_millis").isNumber()).isTrue());
    } finally {
      stop(gateway);
      stop(control);
    }
  }

  @Test
  void saysThatNoNodeHasTheRoleScheduler() {
    var control = start("control", "troupe.cluster.roles = [scheduler]");
    var gateway = start("gateway", "troupe.cluster.roles = [gateway]\n" + seededBy(control));
    var management = TestManagement.of(gateway.management());
    try {
      await().atMost(PATIENCE).until(management::isReady);
    } finally {
      stop(control);
    }
    try {
      await().atMost(PATIENCE).until(() -> management.unready().contains("role scheduler"));
      assertThat(management.json("/status").path("problems").path(0).asText())
          .contains("role scheduler")
          .contains("troupe.cluster.roles");
    } finally {
      stop(gateway);
    }
  }

  @Test
  void refusesToBeAClusterOfItsOwnWithoutScheduler() {
    var config = config("alone", "troupe.cluster.roles = [gateway, engine]");

    assertThatThrownBy(() -> Node.start(config))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith("troupe.cluster.roles: ")
        .hasMessageContaining("troupe.cluster.seeds");
  }

  private Node start(String name, String settings) {
    return Node.start(config(name, settings))
        .toCompletableFuture()
        .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
        .join();
  }

  private Config config(String name, String settings) {
    return TestNode.config(folder.resolve(name), List.of(), settings);
  }

  private static String seededBy(Node node) {
    var address = Cluster.get(node.system()).selfMember().address();
    return "troupe.cluster.seeds = [\"%s:%d\"]%n"
        .formatted(address.getHost().orElseThrow(), address.getPort().orElseThrow());
  }

  private static void stop(Node node) {
    node.stop().toCompletableFuture().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
  }

  private static int leases(JsonNode status) {
    return status.path("leases_in_flight").asInt();
  }

  private static List<String> texts(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText).toList();
  }
}
