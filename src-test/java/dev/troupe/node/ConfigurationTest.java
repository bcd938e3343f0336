package dev.troupe.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationTest {

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          cluster.port = 7355              | unknown section cluster; did you mean troupe.cluster?
          trope.cluster.port = 7355        | unknown section trope; did you mean troupe?
          TROUPE.cluster.port = 7355       | unknown section TROUPE; did you mean troupe?
          troupe.call.renew-interval = 3s  | unknown key troupe.call.renew-interval
          """)
  void refusesWhatWouldHaveNoEffect(String settings, String said) throws IOException {
    var user = file(settings);

    assertThatThrownBy(() -> Configuration.user(user))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("my.conf: 1: " + said);
  }

  @Test
  void takesNamesOfTheUsersOwnForValuesThatAreUsedTwice() throws IOException {
    var user = file("rack { a = one }, cluster = main, pekko.loglevel = DEBUG");

    assertThat(Configuration.user(user).getString("rack.a")).isEqualTo("one");
  }

  /// One file serves `up` and `simulate`.
  @Test
  void aNodePassesOverProfilesOfSimulatedEngines() throws IOException {
    var user =
        file(
            """
            troupe.gateway.port = 8081
            troupe.simulation.profiles.mine = ${troupe.simulation.profiles.A100-8B}
            """);

    assertThat(Configuration.user(user).entrySet())
        .extracting(Map.Entry::getKey)
        .containsExactly("troupe.gateway.port");
  }

  @Test
  void tellsAllThatIsWrongInTheOrderOfTheFile() throws IOException {
    var user =
        file(
            """
            troupe.gateway.prot = 8081
            troupe.node.drain-time = 10s
            troupe.gateway.port = 70000
            troupe.schedule.discipline = best
            """);

    assertThat(problems(user))
        .containsExactly(
            user + ": 1: unknown key troupe.gateway.prot; did you mean troupe.gateway.port?",
            user + ": 2: unknown key troupe.node.drain-time; did you mean troupe.node.drain-limit?",
            "troupe.gateway.port: expected 0 to 65535",
            "troupe.schedule.discipline must be one of fcfs, mlfq, plas, atlas, least-cost, not best");
  }

  /// From the section of the cluster follows how Pekko is set up: without it, nothing is whole.
  @Test
  void tellsWhatIsWrongBesideTheSectionOfTheCluster() throws IOException {
    var user =
        file(
            """
            troupe.cluster.host = 10.0.0.7
            troupe.storage.threads = 1
            """);

    assertThat(problems(user))
        .satisfiesExactly(
            first -> assertThat(first).startsWith("troupe.cluster.tls.key-file: nodes at 10.0.0.7"),
            second -> assertThat(second).startsWith("troupe.storage.threads: expected 2 or more"));
  }

  @Test
  void tellsOnceWhatSeveralSectionsStumbleOver() throws IOException {
    assertThat(problems(file("troupe.service.model = clock")))
        .containsExactly("troupe.service.model: expected tokens or measured, not clock");
  }

  @Test
  void tellsAValueThatTheEnvironmentDoesNotHave() throws IOException {
    assertThat(problems(file("troupe.gateway.host = ${NO_SUCH_HOST}")))
        .singleElement()
        .asString()
        .contains("my.conf: 1")
        .contains("NO_SUCH_HOST");
  }

  private static List<String> problems(Path user) {
    var refusal = catchThrowable(() -> Configuration.load(Optional.of(user), Map.of()));
    assertThat(refusal).isInstanceOf(ConfigurationException.class);
    return String.valueOf(refusal.getMessage()).lines().toList();
  }

  private Path file(String settings) throws IOException {
    return Files.writeString(folder.resolve("my.conf"), settings);
  }
}
