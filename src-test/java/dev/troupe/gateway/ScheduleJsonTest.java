package dev.troupe.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.IntNode;
import dev.troupe.plan.InvalidPlanException;
import dev.troupe.plan.ToolCatalog;
import dev.troupe.program.Tenant;
import dev.troupe.run.AllowedHosts;
import dev.troupe.run.ModelCatalogue;
import dev.troupe.run.Prices;
import dev.troupe.run.Timetable.Scheduled;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleJsonTest {

  private static final Instant NOW = Instant.parse("2027-01-31T08:00:00Z");

  private static Scheduled read(String schedule) {
    return read(
        schedule,
        "{\"tasks\": [{\"id\": \"f\", \"kind\": \"function\", \"name\": \"write\", \"args\": [1]}]}");
  }

  private static Scheduled read(String schedule, String run) {
    var body = "{\"id\": \"report\", \"schedule\": %s, \"run\": %s}".formatted(schedule, run);
    var requests =
        new RunRequests(
            ToolCatalog.open(List.of()),
            ModelCatalogue.of(() -> Prices.NONE, List::of),
            new AllowedHosts(List.of("*")),
            () -> 7,
            new AllowedPriorities(1, Map.of()));
    return new ScheduleJson(requests)
        .read(body.getBytes(StandardCharsets.UTF_8), new Tenant("acme"), NOW);
  }

  @Test
  void theRunsOfAScheduleMatterAsMuchAsTheirProgramIsSaidTo() {
    var scheduled =
        read(
            "{\"every_ms\": 86400000}",
            "{\"program\": {\"priority\": 1}, \"tasks\": [{\"id\": \"a\", \"kind\": \"join\"}]}");

    assertThat(scheduled.submit().metadata()).containsEntry("program_priority", IntNode.valueOf(1));
  }

  @Test
  void takesThePeriodOfADay() {
    assertThat(read("{\"every_ms\": 86400000}").next(NOW)).contains(NOW);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"every\": 1000}|/schedule/every|every_ms",
        "{\"every_ms\": 1000, \"priority\": 1}|/schedule/priority|{\"run\": {\"program\": {\"priority\": 2}}}",
        "{\"cron\": \"0 8 * * *\", \"zone\": \"Mars/Base\"}|/schedule/zone|Europe/Oslo",
        "{\"cron\": \"0 8 * *\", \"zone\": \"UTC\"}|/schedule/cron|",
        "{\"every_ms\": 1000, \"first_at\": \"soon\"}|/schedule/first_at|2027",
        "{\"at\": \"soon\"}|/schedule/at|2027",
        "{\"every_ms\": 1000, \"zone\": \"Europe/Oslo\"}|/schedule/zone|every_ms, first_at",
        "{\"at\": \"2027-02-01T00:00:00Z\", \"first_at\": \"2027-03-01T00:00:00Z\"}|/schedule/first_at|at"
      })
  void namesTheFieldThatIsWrong(String schedule, String place, String hint) {
    assertThatThrownBy(() -> read(schedule))
        .isInstanceOfSatisfying(
            InvalidPlanException.class,
            wrong -> {
              assertThat(wrong.error().place()).isEqualTo(place);
              assertThat(wrong.error().message()).contains(hint == null ? "" : hint);
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[]|/run",
        "{\"tasks\": [{\"id\": \"a\", \"kind\": \"join\", \"dep\": []}]}|/run/tasks/0/dep",
        "{\"tasks\": [{\"id\": \"a\", \"kind\": \"join\"}], \"program\": {\"priority\": 2}}|/run/program/priority"
      })
  void namesThePlaceInTheRunThatIsWrong(String run, String place) {
    assertThatThrownBy(() -> read("{\"every_ms\": 1000}", run))
        .isInstanceOfSatisfying(
            InvalidPlanException.class,
            wrong -> assertThat(wrong.error().place()).isEqualTo(place));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"at\": \"+1000000000-01-01T00:00:00Z\"}",
        "{\"at\": \"-1000000000-01-01T00:00:00Z\"}",
        "{\"every_ms\": 1000, \"first_at\": \"+10000-01-01T00:00:00Z\"}",
        "{\"every_ms\": 9223372036854775807}",
        "{\"delay_ms\": 9223372036854775807}",
        "{\"every_ms\": 1000.5}"
      })
  void refusesWhatTheKeeperOfAllSchedulesCouldNotCount(String schedule) {
    assertThatThrownBy(() -> read(schedule)).isInstanceOf(InvalidPlanException.class);
  }
}
