package dev.troupe.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

  private Path file(String settings) throws IOException {
    return Files.writeString(folder.resolve("my.conf"), settings);
  }
}
