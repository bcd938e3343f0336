package dev.troupe.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CacheFolderTest {

  private static final Path HOME = Path.of("/home/ada");

  @Test
  void liesInTheUsersCachesUnlessTold() {
    assertThat(CacheFolder.of(Map.of(), HOME).path()).isEqualTo(Path.of("/home/ada/.cache/troupe"));
  }

  @Test
  void followsTheDesktopsConvention() {
    var environment = Map.of("XDG_CACHE_HOME", "/var/caches/ada");

    assertThat(CacheFolder.of(environment, HOME).path())
        .isEqualTo(Path.of("/var/caches/ada/troupe"));
  }

  @Test
  void isWhereItsOwnVariableSaysBeforeAnythingElse() {
    var environment = Map.of("TROUPE_CACHE", "/data/troupe", "XDG_CACHE_HOME", "/var/caches/ada");

    assertThat(CacheFolder.of(environment, HOME).path()).isEqualTo(Path.of("/data/troupe"));
  }
}
