package dev.troupe.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("DS-9")
class ExpressionTest {

  private static final JsonMapper JSON = new JsonMapper();
  private static final Names NAMES = Names.of(List.of("dep", "b", "a-b", "x.y"));
  private static final String VALUES =
      """
      {"dep": {"field": [40, 2.5, "txt"], "ok": true, "none": null, "list": [1, 2, 3], "huge": 1e900000000},
       "b": 7, "a-b": "hello", "x.y": {"z": 1}}
      """;

  private static Optional<JsonNode> value(Argument.Reference reference) {
    try {
      JsonNode step = JSON.readTree(VALUES).get(reference.step().value());
      return Optional.ofNullable(step).flatMap(reference.path()::find);
    } catch (JsonProcessingException broken) {
      throw new AssertionError(broken);
    }
  }

  private static Expression.Outcome evaluate(String source) {
    return Expression.of(source, NAMES).evaluate(ExpressionTest::value);
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = "=>",
      quoteCharacter = '~',
      value = {
        "$dep.field[0] + 2 => 42",
        "${dep.field[1]} * 2 => 5",
        "$b - 1 => 6",
        "$b-1 => 6",
        "$b/2 => 3.5",
        "2 ^ 10 => 1024",
        "$dep.ok && $b > 3 => true",
        "!$dep.ok || 1 > 2 => false",
        "$a-b == \"hello\" => true",
        "$a-b + '!' => \"hello!\"",
        "$x.y.z == 1 => true",
        "SUM($dep.list) => 6",
        "MAX(1, $b, 3) => 7",
        "LENGTH($dep.list) => 3",
        "LENGTH($a-b) => 5",
        "IF($b > 5, \"much\", \"little\") => \"much\"",
        "ROUND(2.345, 2) => 2.35",
        "CONTAINS($a-b, \"ell\") => true",
        "COALESCE($dep.none, 3) => 3",
        "$dep.none == NULL => true",
        "UPPER($dep.field[2]) => \"TXT\"",
        "\"$b\" => \"$b\"",
        "(1 + 2) * 3 => 9",
        "7 % 4 => 3",
        "$dep.list => [1,2,3]"
      })
  void comesTo(String source, String expected) throws JsonProcessingException {
    assertThat(evaluate(source)).isEqualTo(new Expression.Value(JSON.readTree(expected)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1 +",
        "(1",
        "$ghost + 1",
        "b + 1",
        "PI",
        "SYSTEM(\"ls\")",
        "FACT(1000000)",
        "STR_FORMAT(\"%s\", 1)",
        "RANDOM()",
        "DT_NOW()",
        "1e999999999",
        "99999999999999999999999999999999999999999",
        "$",
        "${b",
        "\"open",
        "1 2",
        "MAX()"
      })
  void refusesWhatItCannotSay(String source) {
    assertThatThrownBy(() -> Expression.of(source, NAMES)).isInstanceOf(InvalidPlanException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1 / 0",
        "$dep.absent + 1",
        "$dep.huge * 2",
        "9^999^9",
        "10^1000^1000",
        "ROUND(1, 1000000000)",
        "$dep.list + 1 - \"a\" * 2",
        "-\"x\" * 2",
        "$b > 3 && \"text\" - 1"
      })
  void failsAsAValueWhereItCannotBeComputed(String source) {
    assertThat(evaluate(source)).isInstanceOf(Expression.Failed.class);
  }

  @Test
  void textsDoNotGrowWithoutBounds() {
    Expression twice = Expression.of("$b + $b", NAMES);
    JsonNode large = JSON.getNodeFactory().textNode("x".repeat(600_000));

    assertThat(twice.evaluate(_ -> Optional.of(large)))
        .isEqualTo(new Expression.Failed("a value grows too large"));
  }

  @Test
  void isBoundedInLengthAndDepth() {
    assertThatThrownBy(() -> Expression.of("1+".repeat(2_000) + "1", NAMES))
        .hasMessageContaining("2000 characters");
    assertThatThrownBy(() -> Expression.of("1+(".repeat(400) + "1" + ")".repeat(400), NAMES))
        .isInstanceOf(InvalidPlanException.class);
    assertThatThrownBy(() -> Expression.of("-".repeat(900) + "1", NAMES))
        .isInstanceOf(InvalidPlanException.class);
  }

  /// 100,000 texts of pieces of expressions: refused, failed or a value, in bounded time each.
  @Test
  void survivesWhateverIsWritten() {
    Random random = new Random(5);
    String[] pieces = {
      "$dep",
      "$b",
      ".field",
      "[0]",
      "[",
      "]",
      "(",
      ")",
      "+",
      "-",
      "*",
      "/",
      "^",
      "%",
      "==",
      "<",
      "&&",
      "||",
      "!",
      "1",
      "2.5",
      "1e9",
      "9999999",
      "\"a\"",
      "'b'",
      "\"",
      "'",
      "\\",
      "MAX",
      "IF",
      "SUM",
      ",",
      " ",
      "$",
      "{",
      "}",
      "TRUE",
      "NULL",
      "LENGTH",
      "ROUND",
      "COALESCE",
      "é",
      "\u0000",
      ".",
      "$a-b",
      "="
    };
    int values = 0;
    long slowest = 0;
    for (int round = 0; round < 100_000; round++) {
      StringBuilder source = new StringBuilder();
      for (int i = random.nextInt(12); i >= 0; i--) {
        source.append(pieces[random.nextInt(pieces.length)]);
      }
      long start = CpuTime.nanos();
      try {
        if (evaluate(source.toString()) instanceof Expression.Value) {
          values++;
        }
      } catch (InvalidPlanException refused) {
        assertThat(refused.error().message()).isNotBlank();
      }
      slowest = Math.max(slowest, CpuTime.nanos() - start);
    }
    assertThat(values).isGreaterThan(1_000);
    assertThat(slowest).isLessThan(2_000_000_000L);
  }
}
