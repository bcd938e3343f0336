package dev.troupe.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedHostsTest {

  private static final AllowedHosts HOSTS = new AllowedHosts(List.of("*.example.org"));

  @Test
  void allowsTheHostsOfThePatternAlone() {
    assertThat(HOSTS.refusal("https://tools.example.org:8443/x")).isEmpty();
    assertThat(HOSTS.refusal("HTTP://tools.EXAMPLE.org")).isEmpty();
    assertThat(HOSTS.refusal("http://example.org.evil.net/"))
        .contains("troupe.run.allowed-hosts does not allow to ask example.org.evil.net");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "//tools.example.org/x",
        "tools.example.org/x",
        "file:///etc/passwd",
        "http:///x",
        "http://tools.example.org:99999/",
        "http://tools example org/"
      })
  void refusesWhatIsNoUrlOfHttpWithoutFailing(String url) {
    assertThat(HOSTS.refusal(url)).contains("not a URL of http or https: " + url);
  }
}
