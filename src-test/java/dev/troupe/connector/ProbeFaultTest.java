package dev.troupe.connector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.actor.EngineTransport.TransportException;
import dev.troupe.engine.EngineEndpoint;
import dev.troupe.engine.EngineEndpoint.Dialect;
import dev.troupe.engine.EngineEndpoint.PriorityOrder;
import dev.troupe.engine.EngineId;
import java.net.ConnectException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class ProbeFaultTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  @Test
  void namesWhatIsAtTheBottomOfAFailure() {
    var refused = new ConnectException("Connection refused");
    var failure = new CompletionException(new TransportException("cannot connect", refused));

    assertThat(ProbeFault.of(failure, TIMEOUT)).isEqualTo("Connection refused");
    assertThat(ProbeFault.of(new TransportException("unknown host gpu-1"), TIMEOUT))
        .isEqualTo("unknown host gpu-1");
  }

  @Test
  void saysHowLongItWaited() {
    assertThat(ProbeFault.of(new CompletionException(new TimeoutException()), TIMEOUT))
        .isEqualTo("no answer within 2000 ms");
  }

  @Test
  void isOneShortLine() {
    assertThat(ProbeFault.of(new IllegalStateException("first\nsecond"), TIMEOUT))
        .isEqualTo("first");
    assertThat(ProbeFault.of(new IllegalStateException("x".repeat(1000)), TIMEOUT))
        .isEqualTo("x".repeat(200) + " ...");
    assertThat(ProbeFault.of(new IllegalStateException(), TIMEOUT))
        .isEqualTo("IllegalStateException");
  }

  @Test
  void asksForTheKeyWithoutShowingIt() {
    assertThat(ProbeFault.of(engine(Optional.empty()), "/v1/models", 401))
        .isEqualTo("/v1/models answers 401: does it want an api-key?");
    assertThat(ProbeFault.of(engine(Optional.of("secret")), "/v1/models", 403))
        .isEqualTo("/v1/models answers 403: is its api-key right?");
    assertThat(ProbeFault.of(engine(Optional.empty()), "/v1/models", 404))
        .isEqualTo("/v1/models answers 404: is the url that of an engine?");
    assertThat(ProbeFault.of(engine(Optional.empty()), "/v1/models", 503))
        .isEqualTo("/v1/models answers 503");
  }

  private static EngineEndpoint engine(Optional<String> apiKey) {
    return new EngineEndpoint(
        new EngineId("e"), Dialect.VLLM, URI.create("http://h:1"), apiKey, PriorityOrder.NONE);
  }
}
