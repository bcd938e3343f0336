package dev.troupe.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.ConfigFactory;
import dev.troupe.cluster.ClusterSettings;
import dev.troupe.cluster.TestKeys;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeSummaryTest {

  private static final String SECRETS =
      """
      troupe.gateway.tenants = [
        { name = research, api-keys = ["tell-nobody-1", "tell-nobody-2"] }
        { name = product, api-keys = [tell-nobody-3], highest-priority = 2, max-concurrent-tasks = 8 }
      ]
      troupe.engines = [
        { name = gpu-1, dialect = vllm, url = "http://10.0.1.1:8000/v1", api-key = tell-nobody }
        { name = gpu-2, dialect = llama-cpp, url = "http://10.0.1.2:8001", models = [b, a], pinned = on }
      ]
      troupe.engine-search { enabled = on, api-key = tell-nobody, ports = ["8000-8002", "9000", "9002"] }
      troupe.storage {
        url = "jdbc:postgresql://db-1,db-2/troupe?sslpassword=tell-nobody", user = writer, password = tell-nobody
      }
      troupe.run.functions = [{ name = search }]
      troupe.run.models = [{ name = llama, input = 0.1, output = 0.4 }]
      """;

  @Test
  void saysWhatANodeOfItsOwnIs() {
    assertThat(text("troupe.engine-search.enabled = off, troupe.storage.directory = /data"))
        .containsSubsequence(
            "roles       gateway, scheduler, engine\n",
            "address     127.0.0.1, any free port, for other nodes\n",
            "cluster     of its own\n",
            "tls         off\n",
            "gateway     127.0.0.1:8080\n",
            "bodies up to 16 MiB, together ",
            "calls up to 600 s, 3600 s where they ask for it\n",
            "tenants     each API key is one, and any is taken\n",
            "scheduler   least-cost, added-delay\n",
            "up to 10000 calls waiting for a model; 20000 programs, 20000 runs with 500000 steps in memory\n",
            "engines     the embedded one, with smollm2-135m-instruct\n",
            "storage     h2-file, /data\n",
            "management  127.0.0.1:8558\n")
        .doesNotContain("functions", "prices", "!");
  }

  @Test
  void namesEnginesTenantsStorageAndFunctions() {
    assertThat(text(SECRETS))
        .containsSubsequence(
            "tenants     research, 2 keys\n",
            "product, 1 key, priority up to 2, 8 steps of runs at a time\n",
            "engines     gpu-1: vllm at http://10.0.1.1:8000, with a key\n",
            "gpu-2: llama-cpp at http://10.0.1.2:8001, for a, b, pinned\n",
            "those found at 127.0.0.1, ports 8000-8002, 9000, 9002\n",
            "storage     postgresql, jdbc:postgresql://db-1,db-2/troupe, as writer with a password\n",
            "functions   search\n",
            "prices      of llama\n");
  }

  @Test
  void tellsNoSecret(@TempDir Path folder) {
    var key = TestKeys.shared(folder, "cluster");
    var summary = summary(SECRETS + key.settings());

    assertThat(NodeSummaryText.of(summary) + summary.json() + summary)
        .contains(key.file().toString())
        .doesNotContain("tell-nobody", TestKeys.PASSWORD);
  }

  @Test
  void saysHowNodesFindEachOther() {
    var seeds = "troupe.cluster { port = 7355, seeds = [\"%s\", \"127.0.0.2:7355\"] }";
    var dns = "troupe.cluster.discovery { method = dns, dns.name = troupe.example.org }";

    assertThat(text(seeds.formatted("127.0.0.1:7355")))
        .contains(
            "cluster     by the seeds 127.0.0.1:7355, 127.0.0.2:7355; this node is the first");
    assertThat(text(seeds.formatted("127.0.0.3:7355")))
        .contains("cluster     by the seeds 127.0.0.3:7355, 127.0.0.2:7355\n");
    assertThat(text(dns)).contains("cluster     by dns, troupe.example.org\n");
  }

  @Test
  void leavesOutWhatANodeDoesNotDo() {
    var seeds = "troupe.cluster.seeds = [\"127.0.0.1:7355\"]\n";

    assertThat(text(seeds + "troupe.cluster.roles = [engine]"))
        .contains("roles       engine\n", "engines ")
        .doesNotContain("gateway", "tenants", "scheduler");
    assertThat(text(seeds + "troupe.cluster.roles = [gateway, scheduler]"))
        .doesNotContain("engines ");
  }

  @Test
  void warnsOfWhatTheStartWarnsOf() {
    var open =
        """
        troupe.cluster {
          host = 10.0.0.7, port = 7355, seeds = ["10.0.0.7:7355", "10.0.0.8:7355"], tls.enabled = off
        }
        """;
    var shared = "troupe.storage.url = \"jdbc:postgresql://db/troupe\"";

    assertThat(summary(open).warnings())
        .satisfiesExactly(
            tls -> assertThat(tls).contains("whoever reaches 10.0.0.7:7355 is trusted"),
            storage -> assertThat(storage).contains("in a file of its own"));
    assertThat(summary(open + shared).warnings()).hasSize(1);
    assertThat(summary("").warnings()).isEmpty();
  }

  @Test
  void saysTheSameToPrograms() throws IOException {
    var json = new ObjectMapper().readTree(summary(SECRETS).json());

    assertThat(json.at("/cluster/address").asText()).isEqualTo("127.0.0.1:0");
    assertThat(json.at("/cluster/is_first_seed").asBoolean(true)).isFalse();
    assertThat(json.at("/gateway/tenants/1/concurrent_tasks").asInt()).isEqualTo(8);
    assertThat(json.at("/gateway/max_body_bytes").asInt()).isEqualTo(16 << 20);
    assertThat(json.at("/engines/configured/0/has_key").asBoolean()).isTrue();
    assertThat(json.at("/engines/searched")).hasSize(5);
    assertThat(json.at("/storage/place").asText()).isEqualTo("jdbc:postgresql://db-1,db-2/troupe");
    assertThat(json.at("/scheduler/max_waiting").asInt()).isEqualTo(10_000);
  }

  private static String text(String settings) {
    return NodeSummaryText.of(summary(settings));
  }

  private static NodeSummary summary(String settings) {
    return NodeSummary.of(
        NodeSettings.of(ClusterSettings.nodeConfig(ConfigFactory.parseString(settings))));
  }
}
