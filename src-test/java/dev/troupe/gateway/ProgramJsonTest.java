package dev.troupe.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.actor.EngineActor.EngineView;
import dev.troupe.engine.EngineEndpoint;
import dev.troupe.engine.EngineId;
import dev.troupe.program.Call;
import dev.troupe.program.CallOutcome;
import dev.troupe.program.Program;
import dev.troupe.program.ProgramRecord;
import dev.troupe.program.ProgramSettings;
import dev.troupe.program.Tenant;
import dev.troupe.program.Usage;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgramJsonTest {

  private static final EngineId ENGINE = new EngineId("e1");

  @ParameterizedTest
  @CsvSource({
    "COMPLETED, completed, completed_calls",
    "FAILED, failed, failed_calls",
    "CANCELLED, cancelled, cancelled_calls",
  })
  void saysHowACallEndedAndCountsItAsThatAlone(CallOutcome outcome, String state, String count) {
    var settings =
        new ProgramSettings(Duration.ofHours(1), Duration.ofMinutes(2), 20_000, 64, 4096);
    var record = new ProgramRecord(new Program.Id(Tenant.ANYONE, "p"), settings, 0);
    record.ended(new Call.Id("c"), ENGINE, new Usage(10, 0, 5), 7, outcome, 9);

    JsonNode json = ProgramJson.program(record.view(9));

    assertThat(json.at("/calls/0/state").asText()).isEqualTo(state);
    assertThat(json.path(count).asInt()).isEqualTo(1);
    assertThat(
            json.path("completed_calls").asInt()
                + json.path("failed_calls").asInt()
                + json.path("cancelled_calls").asInt())
        .isEqualTo(1);
    assertThat(json.path("active_calls").asInt()).isZero();
  }

  @Test
  void saysWhyAnEngineIsNotReachable() {
    var json = ProgramJson.engine(engine(false, Optional.of("connection refused")));

    assertThat(json.path("is_reachable").asBoolean()).isFalse();
    assertThat(json.path("why_unreachable").asText()).isEqualTo("connection refused");
  }

  @Test
  void saysNothingOfTheKindOfAnEngineThatIs() {
    var json = ProgramJson.engine(engine(true, Optional.empty()));

    assertThat(json.path("is_reachable").asBoolean()).isTrue();
    assertThat(json.path("why_unreachable").isNull()).isTrue();
  }

  private static EngineView engine(boolean isReachable, Optional<String> whyUnreachable) {
    var endpoint =
        new EngineEndpoint(
            ENGINE,
            EngineEndpoint.Dialect.VLLM,
            URI.create("http://127.0.0.1:1"),
            Optional.empty(),
            EngineEndpoint.PriorityOrder.NONE);
    return new EngineView(
        endpoint, isReachable, Set.of(), Optional.empty(), 4, 0, 0, whyUnreachable);
  }
}
