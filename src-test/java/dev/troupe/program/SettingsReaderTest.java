package dev.troupe.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SettingsReaderTest {

  @Test
  void readsEveryKindOfValue() {
    var section =
        reader(
            """
            text = a, texts = [a, b], flag = on, number = 3, decimal = 0.5, threads = auto
            time = 250ms, none = 0, size = 2 KiB, part { number = 4 }, parts = [{ number = 5 }, { number = 6 }]
            """);

    assertThat(section.text("text")).isEqualTo("a");
    assertThat(section.texts("texts")).containsExactly("a", "b");
    assertThat(section.flag("flag")).isTrue();
    assertThat(section.number("number")).isEqualTo(3);
    assertThat(section.number("number", 3, 3)).isEqualTo(3);
    assertThat(section.longNumber("number")).isEqualTo(3);
    assertThat(section.numberOrAuto("number")).hasValue(3);
    assertThat(section.numberOrAuto("threads")).isEmpty();
    assertThat(section.decimal("decimal")).isEqualTo(0.5);
    assertThat(section.duration("time")).isEqualTo(Duration.ofMillis(250));
    assertThat(section.duration("none")).isZero();
    assertThat(section.bytes("size")).isEqualTo(2048);
    assertThat(section.smallBytes("size")).isEqualTo(2048);
    assertThat(section.bytesOrAuto("size")).hasValue(2048);
    assertThat(section.bytesOrAuto("threads")).isEmpty();
    assertThat(section.section("part").number("number")).isEqualTo(4);
    assertThat(section.sections("parts"))
        .extracting(part -> part.number("number"))
        .containsExactly(5, 6);
    assertThat(section.has("text")).isTrue();
    assertThat(section.has("other")).isFalse();
  }

  @ParameterizedTest
  @MethodSource
  void namesTheWholeKeyTheValueAndWhatIsExpected(
      String setting, Consumer<SettingsReader> reading, String message) {
    var section = reader(setting);

    assertThatThrownBy(() -> reading.accept(section))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("troupe.part." + message);
  }

  static Stream<Arguments> namesTheWholeKeyTheValueAndWhatIsExpected() {
    return Stream.of(
        wrong(
            "k = many",
            part -> part.number("k"),
            "k: expected a whole number of at most 2147483647, not \"many\" (String: 1)"),
        wrong("k = 1.5", part -> part.number("k"), "k: expected a whole number of at most"),
        wrong(
            "k = 3000000000",
            part -> part.number("k"),
            "k: expected a whole number of at most 2147483647, not 3000000000"),
        wrong(
            "k = high",
            part -> part.number("k", -4, 4),
            "k: expected a whole number from -4 to 4, not \"high\" (String: 1)"),
        wrong(
            "k = 5",
            part -> part.number("k", -4, 4),
            "k: expected a whole number from -4 to 4, not 5 (String: 1)"),
        wrong("k = 1.5", part -> part.longNumber("k"), "k: expected a whole number, not 1.5"),
        wrong(
            "k = many",
            part -> part.numberOrAuto("k"),
            "k: expected auto or a whole number, not \"many\""),
        wrong("k = a", part -> part.decimal("k"), "k: expected a number, not \"a\""),
        wrong("k = maybe", part -> part.flag("k"), "k: expected on or off, not \"maybe\""),
        wrong(
            "k = long",
            part -> part.duration("k"),
            "k: expected a time such as 500ms, 10s or 2h, not \"long\""),
        wrong(
            "k = 600",
            part -> part.duration("k"),
            "k: expected a time such as 500ms, 10s or 2h, not 600 (String: 1)"),
        wrong(
            "k = \"0.5\"",
            part -> part.duration("k"),
            "k: expected a time such as 500ms, 10s or 2h, not \"0.5\""),
        wrong(
            "k = 5 miles",
            part -> part.duration("k"),
            "k: expected a time such as 500ms, 10s or 2h, not \"5 miles\""),
        wrong(
            "k = 5 QQ",
            part -> part.bytes("k"),
            "k: expected a size such as 64 KiB or 16 MiB, not \"5 QQ\""),
        wrong(
            "k = 3 GiB",
            part -> part.smallBytes("k"),
            "k: expected a size below 2 GiB, not \"3 GiB\""),
        wrong("k = big", part -> part.bytesOrAuto("k"), "k: expected auto or a size such as"),
        wrong("k = a", part -> part.texts("k"), "k: expected a list of texts, not \"a\""),
        wrong(
            "k = [{ a = 1 }]",
            part -> part.texts("k"),
            "k: expected a list of texts, not [{\"a\":1}]"),
        wrong("k = [a]", part -> part.text("k"), "k: expected a text, not [\"a\"]"),
        wrong("k = a", part -> part.section("k"), "k: expected a section, not \"a\""),
        wrong("k = a", part -> part.sections("k"), "k: expected a list of sections, not \"a\""),
        wrong(
            "k = null",
            part -> part.number("k"),
            "k: expected a whole number of at most 2147483647, not null"),
        wrong("", part -> part.text("k"), "k: expected a text, but it is missing"),
        wrong("k { in = a }", part -> part.section("k").number("in"), "k.in: expected"),
        wrong(
            "k = [{}, { in = a }]",
            part -> part.sections("k").get(1).number("in"),
            "k[1].in: expected"));
  }

  @Test
  void namesASectionThatIsNone() {
    var config = ConfigFactory.parseString("troupe.part = 3");

    assertThatThrownBy(() -> SettingsReader.of(config, "troupe.part"))
        .hasMessage("troupe.part: expected a section, not 3 (String: 1)");
  }

  @Test
  void repeatsNoKeyOfACaller() {
    var section = reader("api-keys = secret, api-key = [secret]");

    assertThatThrownBy(() -> section.texts("api-keys"))
        .hasMessageStartingWith("troupe.part.api-keys: expected a list of texts")
        .hasMessageNotContaining("secret");
    assertThatThrownBy(() -> section.text("api-key")).hasMessageNotContaining("secret");
  }

  private static Arguments wrong(String setting, Consumer<SettingsReader> reading, String message) {
    return Arguments.of(setting, reading, message);
  }

  private static SettingsReader reader(String settings) {
    return SettingsReader.of(
        ConfigFactory.parseString("troupe.part { " + settings + " }"), "troupe.part");
  }
}
