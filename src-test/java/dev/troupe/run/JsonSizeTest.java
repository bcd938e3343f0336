package dev.troupe.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonSizeTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ObjectMapper CBOR = new CBORMapper();

  private static int written(JsonNode value) throws JsonProcessingException {
    return CBOR.writeValueAsBytes(value).length;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "true",
        "-1.5e300",
        "9223372036854775807",
        "\"\"",
        "\"Größe 程序 😀\"",
        "{\"größe\": [1, 2, {\"程序\": [[], {}, \"x\"]}], \"b\": null}"
      })
  void isNeverLessThanWhatIsWritten(String json) throws Exception {
    var value = JSON.readTree(json);

    assertThat(JsonSize.bytes(value)).isGreaterThanOrEqualTo(written(value));
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "ö", "程", "😀"})
  void isHardlyMoreThanALongText(String character) throws Exception {
    var value = TextNode.valueOf(character.repeat(300_000));

    assertThat(JsonSize.bytes(value))
        .isBetween((long) written(value), (long) (written(value) * 1.02));
  }

  @Test
  void countsTheDigitsOfNumbersThatHaveMany() throws Exception {
    var digits = new BigInteger("7".repeat(5_000));
    var whole = BigIntegerNode.valueOf(digits);
    var parts = DecimalNode.valueOf(new BigDecimal(digits, 2_000));

    assertThat(JsonSize.bytes(whole)).isBetween((long) written(whole), 5_000L);
    assertThat(JsonSize.bytes(parts)).isBetween((long) written(parts), 5_000L);
  }

  @Test
  void isFoundForValuesOfAnyDepth() {
    var deep = JSON.createArrayNode();
    for (int level = 0; level < 100_000; level++) {
      deep = JSON.createArrayNode().add(deep);
    }

    assertThat(JsonSize.bytes(deep)).isGreaterThan(100_000);
  }
}
