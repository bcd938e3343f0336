package dev.troupe.actor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.actor.EngineTransport.Header;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EngineTransportTest {

  @ParameterizedTest
  @CsvSource({
    "Connection, true",
    "keep-alive, true",
    "TE, true",
    "Transfer-Encoding, true",
    "Proxy-Connection, true",
    "HTTP2-Settings, true",
    "Content-Type, false",
    "Authorization, false",
    "Server, false"
  })
  void tellsHeadersOfOneConnectionFromThoseOfTheMessage(String name, boolean isOfConnection) {
    assertThat(new Header(name, "any").isOfConnection()).isEqualTo(isOfConnection);
  }
}
