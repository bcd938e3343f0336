package dev.troupe.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/// What a trial cluster decides.
class TrialPartsTest {

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 2", "3, 4", "5, 16", "6, 30", "60, 30"})
  void pausesLongerAfterEveryDeathInARow(int deaths, int seconds) {
    assertThat(TrialMember.pause(deaths)).isEqualTo(Duration.ofSeconds(seconds));
  }

  @ParameterizedTest
  @CsvSource({
    "137, was ended by signal KILL",
    "143, was ended by signal TERM",
    "159, was ended by signal 31",
    "0, has left the cluster by itself",
    "255, 'was removed by its cluster, as after a cut or a long pause, and ended'",
    "200, ended with code 200",
    "1, ended with code 1"
  })
  void tellsTheCauseFromTheExitCode(int exitCode, String cause) {
    assertThat(ExitCause.of(exitCode)).isEqualTo(cause);
  }

  @Test
  void givesEveryNodePortsOfItsOwn() {
    var places = TrialPlace.choose(5, 0);

    assertThat(
            places.stream()
                .flatMap(place ->
                    Stream.of(place.gatewayPort(), place.clusterPort(), place.managementPort())))
        .hasSize(15)
        .doesNotHaveDuplicates()
        .allMatch(port -> port > 0);
    assertThat(places).extracting(TrialPlace::name).startsWith("node-1", "node-2");
  }

  @Test
  void givesGatewaysThePortsAfterTheFrontsWhereTheyAreFree() throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();

      var first = TrialPlace.choose(1, port - 1).getFirst();

      assertThat(first.gatewayPort()).isPositive().isNotEqualTo(port);
    }
  }

  /// Its front may have the port at which a single node would have its management.
  @Test
  void takesAConfigurationThatIsForSeveralMachines() throws IOException {
    var file =
        Files.writeString(
            folder.resolve("my.conf"),
            """
            troupe.cluster.host = 10.0.0.7
            troupe.cluster.discovery { method = dns, dns.name = nodes.example.org }
            """);
    var options = new NodeOptions();
    CommandLine.populateCommand(options, "--config", file.toString(), "--port", "8558");
    var overrides = new TrialOverrides(options);
    var place = new TrialPlace("node-1", 8559, 7355, 8560);

    var settings = Configuration.load(options.file(), overrides.ofAll()).settings();
    var own = overrides.of(place, List.of(place), settings, Optional.empty());
    var node = Configuration.load(options.file(), own).settings();

    assertThat(settings.gateway().port()).isEqualTo(8558);
    assertThat(node.gateway().port()).isEqualTo(8559);
    assertThat(node.management().port()).isEqualTo(8560);
    assertThat(node.cluster().discovery().asksOthers()).isFalse();
  }
}
