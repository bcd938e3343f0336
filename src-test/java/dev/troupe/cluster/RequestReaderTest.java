package dev.troupe.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestReaderTest {

  @Test
  void findsWhatSchedulingNeeds() {
    var facts =
        read(
            "{\"model\": \"m\", \"stream\": true, \"max_tokens\": 7, \"messages\": [\"12345678\"]}");

    assertThat(facts.model()).isEqualTo("m");
    assertThat(facts.isStreamed()).isTrue();
    assertThat(facts.outputLimit()).isEqualTo(OptionalInt.of(7));
    // Ten bytes with the quotes, four to a token.
    assertThat(facts.promptTokens()).isEqualTo(2);
    assertThat(facts.prefix().length()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"model\":\"m\",\"seed\":12,\"stop\":[\"a\",\"}\"],\"user\":null,\"n\":1.5e3}",
        " { \"a\" : true , \"model\" : \"m\" , \"text\" : \"\\\"文字\\\\\" , \"o\" : { \"x\" : [ ] } } ",
        "{\"model\":\"m\",\"last\":-1}"
      })
  void findsWhereEachMemberLies(String json) {
    var body = read(json).body();

    // Both change the list of members, so that every one is cut out at its ends.
    var changed = body.without("seed").without("a").with("added", "1");
    var parts = new StringBuilder();
    changed.parts().forEach(part -> parts.append(UTF_8.decode(part)));
    assertThat(parts.toString()).startsWith("{\"added\":1,").contains("\"model\"");
    assertThat(read(parts.toString()).model()).isEqualTo("m");
    assertThat(body.value("model")).contains("\"m\"");
  }

  @Test
  void givesChatsWithTheSameBeginningTheSameBeginning() {
    var shorter = read(chat(3)).prefix();
    var longer = read(chat(5)).prefix();

    assertThat(IntStream.range(0, 3).mapToLong(longer::hash))
        .containsExactlyElementsOf(IntStream.range(0, 3).mapToLong(shorter::hash).boxed().toList());
    assertThat(longer.hash(3)).isNotEqualTo(longer.hash(2));
  }

  @Test
  void tellsModelsApart() {
    assertThat(read(chat(1)).prefix().hash(0))
        .isNotEqualTo(read(chat(1).replace("\"m\"", "\"other\"")).prefix().hash(0));
  }

  @Test
  void keepsTheFirstAndTheLastBoundariesOfALongChat() {
    var whole = read(chat(300)).prefix();
    var shared = read(chat(32)).prefix();

    assertThat(whole.length()).isEqualTo(128);
    assertThat(whole.hash(31)).isEqualTo(shared.hash(31));
    assertThat(whole.tokens(127)).isEqualTo(read(chat(300)).promptTokens());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{", "{\"model\": 7", "{\"messages\": []}"})
  void refusesWhatIsNoRequest(String json) {
    assertThatThrownBy(() -> read(json)).isInstanceOf(IllegalArgumentException.class);
  }

  private static String chat(int messages) {
    return IntStream.range(0, messages)
        .mapToObj(number -> "{\"role\":\"user\",\"content\":\"message " + number + "\"}")
        .collect(Collectors.joining(",", "{\"model\":\"m\",\"messages\":[", "]}"));
  }

  private static RequestReader.Facts read(String json) {
    return RequestReader.read(json.getBytes(UTF_8), 4.0);
  }
}
