package dev.troupe.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a trial cluster decides.
class TrialPartsTest {

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
}
