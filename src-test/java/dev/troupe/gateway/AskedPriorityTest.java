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
import org.junit.jupiter.params.provider.ValueSource;

class AskedPriorityTest {

  private static final AllowedPriorities ALLOWED =
      new AllowedPriorities(2, Map.of(IdentityFixture.TENANT, 3));

  @ParameterizedTest
  @CsvSource({"3, 3", "' -4 ', -4", "+1, 1", "0, 0"})
  void isReadFromAHeader(String header, int priority) {
    assertThat(ofHeader(header)).isEqualTo(new AskedPriority.Said(OptionalInt.of(priority)));
  }

  @ParameterizedTest
  @CsvSource({"3, 3", "'\"-2\"', -2"})
  void isReadFromTheBody(String member, int priority) {
    assertThat(ofMember(member)).isEqualTo(new AskedPriority.Said(OptionalInt.of(priority)));
  }

  @Test
  void isNotSaidByNothing() {
    assertThat(ofMember("null")).isEqualTo(new AskedPriority.Said(OptionalInt.empty()));
  }

  @Test
  void isThatOfTheHeaderWhereBothAreThere() {
    assertThat(of("1", ",\"autellix_priority\":2"))
        .isEqualTo(new AskedPriority.Said(OptionalInt.of(1)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"4", "-5", "high", "", "1.0", "99999999999"})
  void isRefusedInTheHeaderByItsName(String header) {
    assertThat(ofHeader(header))
        .isInstanceOfSatisfying(
            AskedPriority.Refused.class,
            refused -> {
              assertThat(refused.problem().row().code()).isEqualTo("invalid_header");
              assertThat(refused.problem().row().status()).isEqualTo(400);
              assertThat(refused.problem().param()).contains("X-Program-Priority");
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"4", "-5", "1.5", "[1, 2]", "[]", "{}", "{\"a\": 1}", "true"})
  void isRefusedInTheBodyByItsName(String member) {
    assertThat(ofMember(member))
        .isInstanceOfSatisfying(
            AskedPriority.Refused.class,
            refused -> {
              assertThat(refused.problem().row().code()).isEqualTo("invalid_body");
              assertThat(refused.problem().param()).contains("autellix_priority");
            });
  }

  @Test
  void isBoundedByTheTenant() {
    var refused =
        AskedPriority.of(
            new Tenant("other"),
            new HeaderView(List.of(new Header("X-Program-Priority", "3"))),
            IdentityFixture.chat("{\"model\":\"m\",\"messages\":[]}"),
            ALLOWED);

    assertThat(((AskedPriority.Refused) refused).problem().detail()).contains("at most 2");
  }

  private static AskedPriority ofHeader(String text) {
    return of(text, "");
  }

  private static AskedPriority of(String header, String members) {
    return AskedPriority.of(
        IdentityFixture.TENANT,
        new HeaderView(List.of(new Header("X-Program-Priority", header))),
        IdentityFixture.chat("{\"model\":\"m\",\"messages\":[]" + members + "}"),
        ALLOWED);
  }

  private static AskedPriority ofMember(String json) {
    return AskedPriority.of(
        IdentityFixture.TENANT,
        new HeaderView(List.of()),
        IdentityFixture.chat(
            "{\"model\":\"m\",\"autellix_priority\":" + json + ",\"messages\":[]}"),
        ALLOWED);
  }
}
