package dev.troupe.connector;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.program.Fingerprint;
import dev.troupe.program.Reason;
import dev.troupe.program.Usage;
import java.util.Optional;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;

class JsonBodyReaderTest {

  private static final String ANSWER =
      """
      {"id":"chatcmpl-1","object":"chat.completion","created":1763700000,"model":"m","choices":[{"index":0,"message":
      {"role":"assistant","content":"Grüße \\"日本\\"","tool_calls":[{"id":"call_a","type":"function","function":
      {"name":"look","arguments":"{}"}}]},"logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":12,
      "completion_tokens":4,"total_tokens":16,"prompt_tokens_details":{"cached_tokens":8}},"kv":99999999999999999999}
      """;

  private final AnswerFacts facts = new AnswerFacts();
  private final JsonBodyReader reader = new JsonBodyReader(facts);

  @Test
  void readsTheAnswerWhereverItIsCut() {
    for (int length = 1; length < 40; length++) {
      var cut = new AnswerFacts();
      var pieces = new JsonBodyReader(cut);
      read(pieces, ANSWER, length);

      var end = cut.end(Optional.empty());
      assertThat(pieces.failure()).isEmpty();
      assertThat(end.usage()).isEqualTo(new Usage(12, 8, 4));
      assertThat(end.finish()).contains("stop");
      assertThat(end.answer().textHash()).isEqualTo(Fingerprint.ofAnswer("Grüße \"日本\""));
      assertThat(end.answer().toolCallIds()).containsExactly("call_a");
      assertThat(end.answer().responseId()).contains("chatcmpl-1");
    }
  }

  @Test
  void hasBegunWithTheFirstByte() {
    assertThat(reader.hasBegun()).isFalse();
    read(reader, "{", 1);
    assertThat(reader.hasBegun()).isTrue();
  }

  @Test
  void takesAnythingElseForInvalid() {
    assertThat(reader.failure()).contains(Reason.ENGINE_INVALID);
    read(reader, ANSWER.substring(0, 200), 100);
    assertThat(reader.failure()).contains(Reason.ENGINE_INVALID);

    for (var other : new String[] {"<html>oops</html>", "[1, 2]", "{\"id\": }"}) {
      var misled = new JsonBodyReader(new AnswerFacts());
      assertThat(read(misled, other, 5)).isEqualTo(other);
      assertThat(misled.failure()).contains(Reason.ENGINE_INVALID);
    }
  }

  private static String read(JsonBodyReader reader, String body, int length) {
    var bytes = body.getBytes(UTF_8);
    var passed = ByteString.emptyByteString();
    for (int from = 0; from < bytes.length; from += length) {
      int size = Math.min(length, bytes.length - from);
      passed = passed.concat(reader.read(ByteString.fromArray(bytes, from, size)));
    }
    return passed.concat(reader.end()).utf8String();
  }
}
