package dev.troupe.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.actor.EngineTransport.Header;
import dev.troupe.program.Tenant;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AskedOfProgramTest {

  private static final AllowedPriorities ALLOWED =
      new AllowedPriorities(2, Map.of(IdentityFixture.TENANT, 3));

  @ParameterizedTest
  @CsvSource({"3, 3", "' -4 ', -4", "+1, 1", "0, 0"})
  void readsThePriorityFromAHeader(String header, int priority) {
    assertThat(said(ofHeader("X-Program-Priority", header)).priority()).hasValue(priority);
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "' 12 ', 12", "+1000000, 1000000"})
  void readsTheRemainingCallsFromAHeader(String header, int calls) {
    assertThat(said(ofHeader("X-Program-Remaining-Calls", header)).remainingCalls())
        .hasValue(calls);
  }

  @ParameterizedTest
  @CsvSource({"3, 3", "'\"-2\"', -2"})
  void readsThePriorityFromTheBody(String member, int priority) {
    assertThat(said(ofMember("autellix_priority", member)).priority()).hasValue(priority);
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "'\"12\"', 12"})
  void readsTheRemainingCallsFromTheBody(String member, int calls) {
    assertThat(said(ofMember("autellix_remaining_calls", member)).remainingCalls()).hasValue(calls);
  }

  @Test
  void nothingSaysNothing() {
    assertThat(said(ofMember("autellix_priority", "null")))
        .isEqualTo(new AskedOfProgram.Said(OptionalInt.empty(), OptionalInt.empty()));
  }

  @Test
  void theHeaderCountsWhereBothAreThere() {
    var members = ",\"autellix_priority\":2,\"autellix_remaining_calls\":7";

    assertThat(said(of("X-Program-Priority", "1", members)).priority()).hasValue(1);
    assertThat(said(of("X-Program-Remaining-Calls", "6", members)).remainingCalls()).hasValue(6);
  }

  @ParameterizedTest
  @CsvSource({
    "X-Program-Priority, 4",
    "X-Program-Priority, -5",
    "X-Program-Priority, high",
    "X-Program-Priority, ''",
    "X-Program-Priority, 1.0",
    "X-Program-Priority, 99999999999",
    "X-Program-Remaining-Calls, -1",
    "X-Program-Remaining-Calls, 1000001",
    "X-Program-Remaining-Calls, many",
    "X-Program-Remaining-Calls, ''",
    "X-Program-Remaining-Calls, 2.5",
    "X-Program-Remaining-Calls, 99999999999"
  })
  void aHeaderIsRefusedByItsName(String header, String value) {
    assertThat(ofHeader(header, value))
        .isInstanceOfSatisfying(
            AskedOfProgram.Refused.class,
            refused -> {
              assertThat(refused.problem().row().code()).isEqualTo("invalid_header");
              assertThat(refused.problem().row().status()).isEqualTo(400);
              assertThat(refused.problem().param()).contains(header);
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "autellix_priority | 4",
        "autellix_priority | -5",
        "autellix_priority | 1.5",
        "autellix_priority | [1, 2]",
        "autellix_priority | [3]",
        "autellix_priority | [[1], 3]",
        "autellix_priority | []",
        "autellix_priority | {}",
        "autellix_priority | true",
        "autellix_remaining_calls | -1",
        "autellix_remaining_calls | 1000001",
        "autellix_remaining_calls | 1.5",
        "autellix_remaining_calls | [1, 2]",
        "autellix_remaining_calls | [3]",
        "autellix_remaining_calls | [null, \"3\"]",
        "autellix_remaining_calls | {\"a\": 1}",
        "autellix_remaining_calls | true"
      })
  void aMemberIsRefusedByItsName(String member, String json) {
    assertThat(ofMember(member, json))
        .isInstanceOfSatisfying(
            AskedOfProgram.Refused.class,
            refused -> {
              assertThat(refused.problem().row().code()).isEqualTo("invalid_body");
              assertThat(refused.problem().param()).contains(member);
            });
  }

  @Test
  void aMemberThatIsTooLongToBeKeptIsRefusedToo() {
    assertThat(ofMember("autellix_remaining_calls", "\"" + "0".repeat(3000) + "\""))
        .isInstanceOf(AskedOfProgram.Refused.class);
  }

  @Test
  void thePriorityIsBoundedByTheTenant() {
    var refused =
        AskedOfProgram.of(
            new Tenant("other"),
            new HeaderView(List.of(new Header("X-Program-Priority", "3"))),
            IdentityFixture.chat("{\"model\":\"m\",\"messages\":[]}"),
            ALLOWED);

    assertThat(((AskedOfProgram.Refused) refused).problem().detail()).contains("at most 2");
  }

  private static AskedOfProgram.Said said(AskedOfProgram asked) {
    return (AskedOfProgram.Said) asked;
  }

  private static AskedOfProgram ofHeader(String name, String value) {
    return of(name, value, "");
  }

  private static AskedOfProgram of(String header, String value, String members) {
    return AskedOfProgram.of(
        IdentityFixture.TENANT,
        new HeaderView(List.of(new Header(header, value))),
        IdentityFixture.chat("{\"model\":\"m\",\"messages\":[]" + members + "}"),
        ALLOWED);
  }

  private static AskedOfProgram ofMember(String name, String json) {
    return AskedOfProgram.of(
        IdentityFixture.TENANT,
        new HeaderView(List.of()),
        IdentityFixture.chat("{\"model\":\"m\",\"" + name + "\":" + json + ",\"messages\":[]}"),
        ALLOWED);
  }
}
