package dev.troupe.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.troupe.cluster.ClusterSettings;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeWarningsTest {

  private static final String SHARED =
      "troupe.storage.url = \"jdbc:postgresql://db/troupe\", troupe.cluster.tls.enabled = off\n";

  private static final String TENANTS =
      "troupe.gateway.tenants = [{ name = research, api-keys = [key] }]\n";

  @Test
  void saysNothingOfTheDefaults() {
    assertThat(warnings("")).isEmpty();
  }

  @Test
  void warnsOfNodesThatKeepStandingsApart() {
    var cluster = cluster("10.0.0.7", 7355, "10.0.0.7:7355", "10.0.0.8:7355");

    assertThat(warnings("troupe.cluster.tls.enabled = off\n" + cluster))
        .singleElement()
        .asString()
        .contains("in a file of its own", "troupe.storage.url");
    assertThat(warnings(SHARED + cluster)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "127.0.1.1", "localhost", "::1"})
  void warnsOfANodeOnLoopbackWithSeedsOnOtherMachines(String host) {
    assertThat(warnings(SHARED + cluster(host, 7355, "127.0.0.1:7355", "10.0.0.8:7355")))
        .containsExactly(
            "troupe.cluster.host = "
                + host
                + ": other machines, such as that of the seed 10.0.0.8:7355, cannot reach this node;"
                + " set it to the address at which they do");
  }

  @Test
  void saysNothingOfAClusterOnLoopback() {
    var cluster = cluster("127.0.0.1", 0, "127.0.0.1:7355", "localhost:7356", "[::1]:7357");

    assertThat(warnings(SHARED + cluster)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 7356})
  void warnsOfAnotherPortThanThatOfTheSeedAtItsHost(int port) {
    assertThat(warnings(SHARED + cluster("10.0.0.7", port, "10.0.0.6:7355", "10.0.0.7:7355")))
        .containsExactly(
            "troupe.cluster.port = "
                + port
                + ": troupe.cluster.seeds has this host as 10.0.0.7:7355, where this node does not"
                + " listen; set it to that port, unless another node here has it");
  }

  /// Such as a machine with GPUs, beside three that form the cluster.
  @Test
  void saysNothingOfANodeThatIsNoSeed() {
    assertThat(warnings(SHARED + cluster("10.0.0.9", 0, "10.0.0.7:7355"))).isEmpty();
  }

  @Test
  void saysNothingOfTwoSeedsOnOneHost() {
    assertThat(warnings(SHARED + cluster("10.0.0.7", 7356, "10.0.0.7:7355", "10.0.0.7:7356")))
        .isEmpty();
  }

  @Test
  void warnsOfAnEngineThatIsGivenTwice() {
    var engines =
        """
        troupe.engines = [
          { name = a, dialect = vllm, url = "http://gpu:80/v1/" }
          { name = b, dialect = vllm, url = "http://other:80" }
          { name = c, dialect = vllm, url = "http://GPU" }
          { name = d, dialect = vllm, url = "https://gpu" }
        ]
        """;

    assertThat(warnings(engines))
        .containsExactly(
            "troupe.engines: a, c have one url, http://gpu:80, so that its slots count for each of"
                + " them; keep one");
    assertThat(
            warnings(
                engines
                    + SHARED
                    + "troupe.cluster { roles = [gateway], seeds = [\"127.0.0.1:7355\"] }"))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "10.0.0.7", "troupe.example.org"})
  void warnsOfAGatewayThatServesEverybody(String host) {
    var open = "troupe.gateway.host = \"" + host + "\"\n";
    var served =
        "troupe.gateway.tenants = []: the gateway listens on "
            + host
            + ", and whoever reaches it is served, with any key";

    assertThat(warnings(open))
        .containsExactly(
            served
                + ", and can have runs ask any host that nodes reach; list who may call, and narrow"
                + " troupe.run.allowed-hosts = [\"*\"]");
    assertThat(warnings(open + "troupe.run.allowed-hosts = [\"*.example.org\"]"))
        .containsExactly(served + "; list who may call");
    assertThat(warnings(open + TENANTS)).isEmpty();
  }

  @Test
  void saysNothingOfAGatewayThatIsNotThere() {
    var member = "troupe.cluster { roles = [engine], seeds = [\"127.0.0.1:7355\"] }\n";

    assertThat(warnings(SHARED + member + "troupe.gateway.host = 0.0.0.0")).isEmpty();
  }

  private static String cluster(String host, int port, String... seeds) {
    return "troupe.cluster { host = \"%s\", port = %d, seeds = [\"%s\"] }%n"
        .formatted(host, port, String.join("\", \"", seeds));
  }

  private static List<String> warnings(String settings) {
    return NodeWarnings.of(
        NodeSettings.of(ClusterSettings.nodeConfig(ConfigFactory.parseString(settings))));
  }
}
