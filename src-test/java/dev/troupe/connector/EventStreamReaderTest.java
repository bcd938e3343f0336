package dev.troupe.connector;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.program.Fingerprint;
import dev.troupe.program.Reason;
import dev.troupe.program.Usage;
import java.util.Optional;
import org.apache.pekko.util.ByteString;
import org.junit.jupiter.api.Test;

class EventStreamReaderTest {

  private static final String USAGE_EVENT =
      """
      data: {"id":"chatcmpl-1","object":"chat.completion.chunk","choices":[],"usage":{"prompt_tokens":30,"total_tokens":33,"completion_tokens":3,"prompt_tokens_details":{"cached_tokens":16}}}

      """;

  private static final String VLLM =
      """
      data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1763700000,"model":"m","choices":[{"index":0,"delta":{"role":"assistant","content":""},"logprobs":null,"finish_reason":null}]}

      data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1763700000,"model":"m","choices":[{"index":0,"delta":{"content":" Grüße, "},"logprobs":null,"finish_reason":null}]}

      : keep-alive

      data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1763700000,"model":"m","choices":[{"index":0,"delta":{"content":"日本 \\ud83c\\udfad"},"logprobs":{"content":[{"token":"x","logprob":-1,"bytes":[1,2],"content":"no"}]},"finish_reason":null}]}

      data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1763700000,"model":"m","choices":[{"index":0,"delta":{"content":"!\\n"},"logprobs":null,"finish_reason":"stop"}]}

      """
          + USAGE_EVENT
          + "data: [DONE]\n\n";

  private static final String LLAMA_CPP =
      """
      data: {"choices":[{"finish_reason":null,"index":0,"delta":{"content":"Hi"}}],"created":1763700000,"id":"chatcmpl-2","model":"m","object":"chat.completion.chunk"}

      data: {"choices":[{"finish_reason":"length","index":0,"delta":{}}],"created":1763700000,"id":"chatcmpl-2","model":"m","object":"chat.completion.chunk"}

      data: {"choices":[],"created":1763700000,"id":"chatcmpl-2","model":"m","object":"chat.completion.chunk","usage":{"completion_tokens":1,"prompt_tokens":30,"total_tokens":31},"timings":{"cache_n":29,"prompt_n":1,"prompt_ms":12.5,"predicted_n":1,"predicted_ms":3.25}}

      data: [DONE]

      """;

  private final AnswerFacts facts = new AnswerFacts();

  @Test
  void readsWhatVllmSays() {
    read(VLLM, VLLM.length(), false);

    var end = facts.end(Optional.empty());
    assertThat(end.usage()).isEqualTo(new Usage(30, 16, 3));
    assertThat(end.reported()).isTrue();
    assertThat(end.finish()).contains("stop");
    assertThat(end.answer().responseId()).contains("chatcmpl-1");
    var text = "Grüße, 日本 🎭!";
    assertThat(end.answer().textHash()).isEqualTo(Fingerprint.ofAnswer(text));
    assertThat(end.answer().textLength()).isEqualTo(text.length());
  }

  @Test
  void passesAllBytesUnchangedWhereverTheyAreCut() {
    var crlf = VLLM.replace("\n", "\r\n");
    for (int length = 1; length < 60; length++) {
      assertThat(read(VLLM, length, false)).isEqualTo(VLLM);
      assertThat(read(crlf, length, false)).isEqualTo(crlf);
    }
  }

  @Test
  void readsTheSameWhereverBytesAreCut() {
    var text = "Grüße, 日本 🎭!";
    for (var stream : new String[] {VLLM, VLLM.replace("\n", "\r\n")}) {
      for (int length = 1; length < 60; length++) {
        var cut = new AnswerFacts();
        read(new EventStreamReader(cut, length % 2 == 0), stream, length);

        var end = cut.end(Optional.empty());
        assertThat(end.answer().textHash()).isEqualTo(Fingerprint.ofAnswer(text));
        assertThat(end.usage()).isEqualTo(new Usage(30, 16, 3));
      }
    }
  }

  @Test
  void withholdsTheUsageThatTheClientHasNotAskedForWhereverBytesAreCut() {
    var expected = VLLM.replace(USAGE_EVENT, "");
    for (int length = 1; length < 60; length++) {
      assertThat(read(VLLM, length, true)).isEqualTo(expected);
    }
    assertThat(read(VLLM, VLLM.length(), true)).isEqualTo(expected);
    assertThat(read(VLLM, 701, true)).isEqualTo(expected);
  }

  @Test
  void passesOnAnEventThatIsTooLongToHold() {
    var reader = new EventStreamReader(facts, true);
    var half = ByteString.fromString("data: " + "x".repeat(EventStreamReader.MAX_HELD_BYTES));

    assertThat(reader.read(half)).isEqualTo(half);
    assertThat(reader.read(ByteString.fromString("y"))).isEqualTo(ByteString.fromString("y"));
    var rest = ByteString.fromString("\n\ndata: {");
    assertThat(reader.read(rest)).isEqualTo(ByteString.fromString("\n\n"));
    assertThat(reader.end()).isEqualTo(ByteString.fromString("data: {"));
  }

  @Test
  void readsOnAfterALineThatIsTooLong() {
    var longLine = "data: " + "x".repeat(EventStreamReader.MAX_LINE_BYTES) + "\n\n";

    assertThat(read(longLine + LLAMA_CPP, 100_000, false)).isEqualTo(longLine + LLAMA_CPP);
    assertThat(facts.end(Optional.empty()).reported()).isTrue();
  }

  @Test
  void readsTheCachedTokensOfLlamaCpp() {
    read(LLAMA_CPP, LLAMA_CPP.length(), false);

    assertThat(facts.end(Optional.empty()).usage()).isEqualTo(new Usage(30, 29, 1));
  }

  @Test
  void reckonsTheCachedTokensOfAnOldLlamaCpp() {
    read(LLAMA_CPP.replace("\"cache_n\":29,", ""), 100, false);

    // prompt_tokens 30, of which prompt_n 1 was computed.
    assertThat(facts.end(Optional.empty()).usage()).isEqualTo(new Usage(30, 29, 1));
  }

  @Test
  void countsTokensWhereNoUsageIsReported() {
    read(VLLM.replace(USAGE_EVENT, ""), 100, false);

    var end = facts.end(Optional.empty());
    assertThat(end.reported()).isFalse();
    assertThat(end.usage()).isEqualTo(new Usage(0, 0, 3));
  }

  @Test
  void hasBegunWithTheFirstOutput() {
    var reader = new EventStreamReader(facts, false);
    int opening = VLLM.indexOf("\n\n") + 2;

    reader.read(ByteString.fromString(VLLM.substring(0, opening)));
    assertThat(reader.hasBegun()).isFalse();
    reader.read(ByteString.fromString(VLLM.substring(opening)));
    assertThat(reader.hasBegun()).isTrue();
  }

  @Test
  void readsToolCallsAndReasoning() {
    read(
        """
        data: {"id":"c","choices":[{"index":0,"delta":{"role":"assistant","content":null,"reasoning_content":"hm"}}]}

        data: {"id":"c","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"call_a","type":"function","function":{"name":"look","arguments":""}}]}}]}

        data: {"id":"c","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\\"id\\":\\"no\\"}"}}]}}]}

        data: {"id":"c","choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"id":"call_b","function":{"name":"look","arguments":"{}"}}]}}]}

        data: {"id":"c","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}

        """,
        50,
        false);

    var end = facts.end(Optional.empty());
    assertThat(end.answer().toolCallIds()).containsExactly("call_a", "call_b");
    assertThat(end.answer().textHash()).isZero();
    assertThat(end.finish()).contains("tool_calls");
    assertThat(end.usage().outputTokens()).isEqualTo(4);
  }

  @Test
  void readsTheTextOfTheFirstChoiceOnly() {
    read(
        """
        data: {"id":"c","choices":[{"index":1,"text":"other"},{"index":0,"text":"this"}]}

        """,
        1000,
        false);

    assertThat(facts.end(Optional.empty()).answer().textHash())
        .isEqualTo(Fingerprint.ofAnswer("this"));
  }

  @Test
  void joinsTheDataLinesOfAnEvent() {
    read("event: message\ndata: {\"choices\":[{\"text\":\ndata:\"a\"}]}\n\n", 7, false);

    assertThat(facts.end(Optional.empty()).answer().textLength()).isEqualTo(1);
  }

  @Test
  void recognizesAnErrorInTheStream() {
    var reader = new EventStreamReader(facts, false);

    read(
        reader,
        VLLM.substring(0, 500)
            + "\n\ndata: {\"error\":{\"message\":\"out of memory\",\"code\":500}}\n\ndata: [DONE]\n\n",
        64);

    assertThat(reader.failure()).contains(Reason.ENGINE_LOST);
  }

  @Test
  void takesAStreamWithoutAnEndForCutOff() {
    var cut = new EventStreamReader(facts, false);
    read(cut, VLLM.substring(0, VLLM.indexOf("!")), 64);
    assertThat(cut.failure()).contains(Reason.ENGINE_LOST);

    var whole = new EventStreamReader(facts, false);
    read(whole, VLLM, 64);
    assertThat(whole.failure()).isEmpty();
  }

  private String read(String stream, int length, boolean withholdsUsage) {
    return read(new EventStreamReader(facts, withholdsUsage), stream, length);
  }

  private static String read(EventStreamReader reader, String stream, int length) {
    var bytes = stream.getBytes(UTF_8);
    var passed = ByteString.emptyByteString();
    for (int from = 0; from < bytes.length; from += length) {
      int size = Math.min(length, bytes.length - from);
      passed = passed.concat(reader.read(ByteString.fromArray(bytes, from, size)));
    }
    return passed.concat(reader.end()).utf8String();
  }
}
