package dev.troupe.simulation.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.troupe.program.PrefixChain;
import dev.troupe.simulation.workload.RecordedCall.ProgramKey;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordedCallTest {

  private static final String LINE =
      """
      {"call":"c2","program":"p","tenant":"t","arrival_s":2.5,"response_s":0.5,"prompt_tokens":100,\
      "output_tokens":7,"parents":["c1"],"prefix":[["00000000000000ff",40],["ffffffffffffffff",90]]}\
      """;

  @Test
  void readsEveryField() throws Exception {
    assertThat(read(LINE))
        .isEqualTo(
            new RecordedCall(
                "c2",
                new ProgramKey("t", "p"),
                List.of("c1"),
                2_500_000_000L,
                3_000_000_000L,
                100,
                7,
                new PrefixChain(new long[] {255, -1}, new int[] {40, 90})));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"call\":\"c2\" | \"call\":2 | call is not a text: 2",
        "\"tenant\":\"t\", | '' | call c2: tenant is missing; expected a text",
        "2.5 | -1 | call c2: arrival_s is not a number of seconds, 0 or more: -1",
        "\"c1\" | {} | call c2: a parent is not a text or a whole number: {}",
        "\"00000000000000ff\" | 255 | call c2: an entry of prefix is not [hash, tokens], a text of 16"
            + " hexadecimal digits and a whole number, 0 or more: [255,40]",
        "00ff\",40 | 00fg\",40 | call c2: an entry of prefix is not [hash, tokens], a text of 16"
            + " hexadecimal digits and a whole number, 0 or more: [\"00000000000000fg\",40]",
        "40] | \"40\"] | call c2: an entry of prefix is not [hash, tokens], a text of 16 hexadecimal"
            + " digits and a whole number, 0 or more: [\"00000000000000ff\",\"40\"]",
        "40] | 40.5] | call c2: an entry of prefix is not [hash, tokens], a text of 16 hexadecimal"
            + " digits and a whole number, 0 or more: [\"00000000000000ff\",40.5]",
        "40] | -1] | call c2: an entry of prefix is not [hash, tokens], a text of 16 hexadecimal"
            + " digits and a whole number, 0 or more: [\"00000000000000ff\",-1]",
      })
  void refusesWhatIsNoSuchLine(String good, String bad, String reason) {
    assertThatThrownBy(() -> read(LINE.replace(good, bad)))
        .isInstanceOfSatisfying(
            BadLineException.class, thrown -> assertThat(thrown.reason()).isEqualTo(reason));
  }

  @Test
  void refusesMoreBeginningsThanANodeKeeps() {
    var entries = String.join(",", Collections.nCopies(129, "[\"00000000000000ff\",40]"));

    assertThatThrownBy(
            () -> read(LINE.replaceFirst("\"prefix\".*", "\"prefix\":[" + entries + "]}")))
        .isInstanceOfSatisfying(
            BadLineException.class,
            thrown ->
                assertThat(thrown.reason())
                    .isEqualTo(
                        "call c2: prefix has 129 entries; expected a list of at most 128 pairs [hash,"
                            + " tokens]"));
  }

  private static RecordedCall read(String line) throws BadLineException {
    try {
      return RecordedCall.read(new ObjectMapper().readTree(line));
    } catch (JsonProcessingException broken) {
      throw new IllegalArgumentException(line, broken);
    }
  }
}
