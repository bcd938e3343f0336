package dev.troupe.simulation.workload;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TraceFormTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"resourceSpans\":[]} | SPANS",
        "{\"call\":\"c\",\"program\":\"p\"} | RECORDING",
        "{\"arrival_s\":1,\"prefix\":[[\"a\",{\"calls\":1}]],\"call\":\"c\"} | RECORDING",
        "{\"id\":\"a\",\"calls\":[{\"call\":1}]} | PROGRAMS",
        "{} | PROGRAMS",
        "[{\"call\":\"c\"}] | PROGRAMS",
        "'' | PROGRAMS",
        "call | PROGRAMS",
        "{\"arrival_s\":1,\"ca | PROGRAMS",
      })
  void isToldByTheFieldsOfTheFirstObject(String beginning, TraceForm form) throws IOException {
    assertThat(TraceForm.of(stream(beginning))).isEqualTo(form);
  }

  @Test
  void leavesTheContentToBeRead() throws IOException {
    var content = stream("{\"call\":\"c\"}");

    TraceForm.of(content);

    assertThat(content).hasContent("{\"call\":\"c\"}");
  }

  private static BufferedInputStream stream(String text) {
    return new BufferedInputStream(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }
}
