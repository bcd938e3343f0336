package dev.troupe.simulated;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class RequestReaderTest {

  private final RequestReader reader = new RequestReader(2, true);

  @Test
  void readsWhatTheRequestAsksFor() throws IOException {
    var request =
        read(
            """
            {"model": "m", "stream": true, "max_tokens": 7, "priority": -3, "x": {"messages": 1},
             "stream_options": {"include_usage": true}, "messages": [{"role":"user","content":"hi"}]}
            """);

    assertThat(request.model()).isEqualTo("m");
    assertThat(request.priority()).isEqualTo(-3);
    assertThat(request.options().streamed()).isTrue();
    assertThat(request.options().includeUsage()).isTrue();
    assertThat(request.options().outputTokens()).contains(7);
    // [{"role":"user","content":"hi"}] has 32 bytes, 4 of them a token.
    assertThat(request.promptTokens()).isEqualTo(8);
  }

  @Test
  void aLongerConversationExtendsAShorterOne() throws IOException {
    var shorter = read("{\"messages\":[{\"role\":\"user\",\"content\":\"one two\"}]}").prompt();
    var longer =
        read("{\"messages\":[{\"role\":\"user\",\"content\":\"one two\"},"
                + "{\"role\":\"assistant\",\"content\":\"three\"}]}")
            .prompt();

    assertThat(shorter).hasSize(4);
    assertThat(Arrays.copyOf(longer, 4)).isEqualTo(shorter);
  }

  @Test
  void anotherModelSharesNothing() throws IOException {
    var one = read("{\"model\":\"a\",\"messages\":[{\"role\":\"user\"}]}").prompt();
    var other = read("{\"model\":\"b\",\"messages\":[{\"role\":\"user\"}]}").prompt();

    assertThat(one).isNotEmpty().isNotEqualTo(other);
  }

  @Test
  void callsTheFirstToolUntilItsResultIsThere() throws IOException {
    var tools = "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"look\"}}],";

    assertThat(read("{" + tools + "\"messages\":[{\"role\":\"user\"}]}").tool()).contains("look");
    assertThat(read("{" + tools + "\"messages\":[{\"role\":\"user\"},{\"role\":\"tool\"}]}").tool())
        .isEmpty();
  }

  @Test
  void refusesWhatIsNoObject() {
    assertThatThrownBy(() -> read("[1]")).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> read("{\"messages\":[}")).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> read("{\"model\":\"m\"}")).hasMessage("the prompt is missing");
  }

  private SimulatedRequest read(String json) throws IOException {
    return reader.read("id", true, json.getBytes(UTF_8));
  }
}
