package dev.troupe.gateway;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.gateway.BodyScan.Kind;
import dev.troupe.gateway.BodyScan.Malformed;
import dev.troupe.gateway.BodyScan.Scanned;
import dev.troupe.gateway.ScannedBody.Message;
import dev.troupe.gateway.ScannedBody.Role;
import dev.troupe.program.Fingerprint;
import dev.troupe.program.PrefixChain;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BodyScanTest {

  private static final double BYTES_PER_TOKEN = 4.0;

  private static final String CHAT =
      """
      {
        "autellix_thread_id" : "t-1",
        "autellix_parent_threads": ["t-0", "t-x"],
        "autellix_is_multithreaded": true,
        "messages": [
          {"role": "system", "content": "Be brief."},
          {"role": "user", "content": [{"type": "text", "text": "Weather?"}]},
          {"role": "assistant", "content": "Let me \\u0073ee é.", "tool_calls":
             [{"id": "call_1", "type": "function", "function": {"name": "w", "arguments": "{}"}}]},
          {"role": "tool", "tool_call_id": "call_1", "content": "{\\"id\\": \\"sunny\\"}"}
        ],
        "metadata": {"user_id": "u_session_9", "nested": {"id": 1}, "run": 7},
        "max_tokens": 10, "max_completion_tokens": 20 , "stream": true,
        "model" : "tiny",
        "tools": [ {"type": "function"} ],
        "logit_bias": {"model": -1}
      }
      """;

  @Test
  void findsTheFactsOfAChat() {
    var scanned = scan(CHAT);

    assertThat(scanned.model()).isEqualTo("tiny");
    assertThat(scanned.isStreamed()).isTrue();
    assertThat(scanned.outputLimit()).hasValue(20);
    assertThat(scanned.toolsHash()).isEqualTo(rawHash("[ {\"type\": \"function\"} ]"));
    assertThat(scanned.hint("autellix_thread_id")).contains("t-1");
    assertThat(scanned.hint("autellix_is_multithreaded")).contains("true");
    assertThat(scanned.hints()).containsEntry("autellix_parent_threads", List.of("t-0", "t-x"));
    assertThat(scanned.hint("metadata.user_id")).contains("u_session_9");
    assertThat(scanned.hint("metadata.run")).contains("7");
    assertThat(scanned.hints()).doesNotContainKey("metadata.nested");
  }

  /// Not even a list of one: what is no name is none, in whichever form.
  @Test
  void aListNamesNothingButParents() {
    var hints =
        scan("""
        {"model":"m","messages":[],"session_id":["s"],"autellix_session_id":[3],
         "autellix_is_multithreaded":[true],"conversation":["c"],
         "metadata":{"session_id":["s"],"run":7},"autellix_parent_threads":["t"]}
        """)
            .hints();

    assertThat(hints).containsOnlyKeys("metadata.run", "autellix_parent_threads");
  }

  @Test
  void findsWhatIdentityNeedsOfEachMessage() {
    var messages = scan(CHAT).messages();

    assertThat(messages)
        .extracting(Message::role)
        .containsExactly(Role.SYSTEM, Role.USER, Role.ASSISTANT, Role.TOOL);
    assertThat(messages.get(1).textLength()).isZero();
    assertThat(messages.get(2).textHash()).isEqualTo(Fingerprint.of("Let me see é."));
    assertThat(messages.get(2).textLength()).isEqualTo(13);
    assertThat(messages.get(2).toolCallIds()).containsExactly("call_1");
    assertThat(messages.get(3).toolCallId()).contains("call_1");
  }

  @Test
  void readsTheTextOfAnAssistantWhoseRoleComesLast() {
    var scanned =
        scan(
            """
            {"model":"m","messages":[{"content":[{"text":"a"},{"text":"b"}],"role":"assistant"}]}\
            """);

    assertThat(scanned.messages().getFirst().textHash()).isEqualTo(Fingerprint.of("ab"));
  }

  @Test
  void hashesWhatAMessageSaysNotHowItIsWritten() {
    var plain = scan(chat("{\"role\":\"user\",\"content\":\"hi\"}"));
    var part =
        scan(
            chat(
                """
                {"content": [{"text":"hi", "type":"text", "cache_control":{"type":"ephemeral"}}],
                 "role":"user"}\
                """));
    var twoParts =
        scan(chat("{\"role\":\"user\",\"content\":[{\"text\":\"h\"},{\"text\":\"i\"}]}"));
    var otherRole = scan(chat("{\"role\":\"system\",\"content\":\"hi\"}"));

    long hash = plain.messages().getFirst().hash();
    assertThat(part.messages().getFirst().hash()).isEqualTo(hash);
    assertThat(twoParts.messages().getFirst().hash()).isNotEqualTo(hash);
    assertThat(otherRole.messages().getFirst().hash()).isNotEqualTo(hash);
  }

  @Test
  void countsAnImageForNoMoreThanAThousandTokens() {
    var image = "data:image/png;base64," + "A".repeat(400_000);
    var scanned =
        scan(
            chat(
                "{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\""
                    + image
                    + "\"}}]}"));

    assertThat(scanned.promptTokens()).isBetween(1024, 1060);
  }

  @Test
  void readsTheTextThatFollowsAnEarlierPrompt() {
    var prompt =
        completion("{\"model\":\"m\",\"prompt\":\"Q:\\n \\u0041\\\"é😀 more\"}")
            .prompt()
            .orElseThrow();

    // After the two bytes of "Q:" come a line break and a blank, then A"é and a pair.
    assertThat(prompt.textHash(2, 5)).hasValue(Fingerprint.of("A\"é😀"));
    assertThat(prompt.textHash(2, 11)).isEmpty();
  }

  @Test
  void hashesTheSamePromptAlikeWhereverItsModelAndToolsStand() {
    var before =
        scan(
            """
            {"model":"m","tools":[1],"messages":[{"role":"user","content":"hi"}]}\
            """);
    var after =
        scan(
            """
            {"messages": [ {"role":"user","content":"hi"} ], "tools":[1], "model":"m"}\
            """);
    var otherTools =
        scan(
            """
            {"model":"m","tools":[2],"messages":[{"role":"user","content":"hi"}]}\
            """);

    assertThat(after.prefix()).isEqualTo(before.prefix());
    assertThat(otherTools.prefix().hash(0)).isNotEqualTo(before.prefix().hash(0));
  }

  @Test
  void theNextTurnBeginsWithTheBoundariesOfTheTurnBefore() {
    var first = scan(chat(message("user", "hi")));
    var second =
        scan(chat(message("user", "hi"), message("assistant", "yes"), message("user", "so")));

    assertThat(second.prefix().length()).isEqualTo(3);
    assertThat(second.prefix().hash(0)).isEqualTo(first.prefix().hash(0));
    // {"role":"user","content":"hi"} is 30 bytes: 7 whole tokens of 4 bytes.
    assertThat(second.prefix().tokens(0)).isEqualTo(7);
  }

  @Test
  void setsBoundariesInsideALongMessage() {
    var start = "x".repeat(2 * PromptBoundaries.BLOCK_BYTES);
    var one = scan(chat(message("user", start + "one")));
    var other = scan(chat(message("user", start + "other")));

    // 8192 bytes of text and a frame of 30: two whole blocks of 4096 and a rest.
    assertThat(one.prefix().length()).isEqualTo(3);
    assertThat(other.prefix().hash(1)).isEqualTo(one.prefix().hash(1));
    assertThat(other.prefix().hash(2)).isNotEqualTo(one.prefix().hash(2));
    assertThat(one.prefix().tokens(1)).isEqualTo(2048);
  }

  @Test
  void keepsTheFirstAndTheLastBoundariesOfALongPrompt() {
    var messages = new String[200];
    for (int at = 0; at < messages.length; at++) {
      messages[at] = message("user", "turn " + at);
    }
    var whole = scan(chat(messages)).prefix();
    var beginning = scan(chat(Arrays.copyOf(messages, 120))).prefix();

    assertThat(whole.length()).isEqualTo(PrefixChain.MAX_LENGTH);
    assertThat(whole.hash(PromptBoundaries.FIRST - 1))
        .isEqualTo(beginning.hash(PromptBoundaries.FIRST - 1));
    // The 33rd kept is the 105th of 200 boundaries.
    assertThat(whole.hash(PromptBoundaries.FIRST)).isEqualTo(beginning.hash(104));
  }

  @Test
  void countsPromptAndToolsInTheEstimate() {
    // [1,2,3,4] has 9 bytes and the message 30: 39 / 4 = 9 tokens.
    var body = "{\"model\":\"m\",\"tools\":[1,2,3,4],\"messages\":[" + message("user", "hi") + "]}";

    assertThat(scan(body).promptTokens()).isEqualTo(9);
  }

  @Test
  void readsThePromptOfACompletion() {
    var start = "y".repeat(2048);
    var one = completion("{\"model\":\"m\",\"prompt\": \"" + start + "one\" , \"n\":1}");
    var other = completion("{\"prompt\":\"" + start + "other\",\"model\":\"m\"}");

    var prompt = one.prompt().orElseThrow();
    assertThat(prompt.length()).isEqualTo(2051);
    assertThat(prompt.blocks()).isEqualTo(4);
    assertThat(prompt.blockHash(3)).isEqualTo(other.prompt().orElseThrow().blockHash(3));
    assertThat(prompt.hash(2048, 2051)).isEqualTo(rawHash("one"));
    assertThat(one.promptTokens()).isEqualTo(512);
    assertThat(one.messages()).isEmpty();
  }

  @Test
  void takesAPromptOfTokens() {
    var scanned = completion("{\"model\":\"m\",\"prompt\":[1,2,30]}");

    assertThat(scanned.prompt()).isEmpty();
    assertThat(scanned.prefix().length()).isOne();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "`{\"model\":\"m\",\n \"messages\" [ ]}`|line 2, column 13",
        "`{\"model\":\"m\",}`|line 1, column 14",
        "`{\"model\":\"m`|end-of-input",
        "`{\"messages\":[{\"role\":\"user\"]}`|line 1, column 28",
        "`[]`|expected an object",
        "`{} {}`|expected the end of the body",
        "`{\"model\":\"m\",\"messages\":[1]}`|not an object",
      })
  void namesThePlaceOfBrokenJson(String body, String expected) {
    var malformed = malformed(body.getBytes(UTF_8));

    assertThat(malformed.detail()).contains(expected);
    assertThat(malformed.param()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}|model|missing",
        "`{\"model\":1,\"messages\":[]}`|model|is not",
        "`{\"model\":\"\",\"messages\":[]}`|model|is not",
        "`{\"model\":\"m\"}`|messages|missing",
        "`{\"model\":\"m\",\"messages\":\"hi\"}`|messages|is not",
        "`{\"model\":\"m\",\"prompt\":\"hi\"}`|messages|missing",
      })
  void namesTheMemberAtFault(String body, String param, String expected) {
    var malformed = malformed(body.getBytes(UTF_8));

    assertThat(malformed.param()).contains(param);
    assertThat(malformed.detail()).contains("`" + param + "`").contains(expected);
  }

  @Test
  void refusesAnEmptyBodyAndOtherEncodings() {
    assertThat(malformed(new byte[0]).detail()).contains("expected an object");
    assertThat(malformed("{\"model\":\"m\"}".getBytes(UTF_16BE)).detail()).contains("UTF-8");
    assertThat(malformed(new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'}).detail())
        .contains("Invalid UTF-8");
  }

  @Test
  void refusesBodiesMadeToFillMemory() {
    var messages = "{},".repeat(MessageScan.MAX_MESSAGES) + "{}";
    var members = "\"a\":1,".repeat(BodyScan.MAX_MEMBERS) + "\"a\":1";
    var deep = "[".repeat(100_000);

    assertThat(malformed(("{\"messages\":[" + messages + "]}").getBytes(UTF_8)).detail())
        .contains("more than 20000 messages");
    assertThat(malformed(("{" + members + "}").getBytes(UTF_8)).detail())
        .contains("more than 1000 members");
    assertThat(malformed(("{\"a\":" + deep).getBytes(UTF_8)).detail()).contains("nesting depth");
  }

  @Test
  void scansABodyOfManyMegabytes() {
    var body = chat(message("user", "z".repeat(12 << 20)), message("assistant", "ok"));

    var scanned = scan(body);

    assertThat(scanned.messages()).hasSize(2);
    assertThat(scanned.prefix().length()).isEqualTo(PrefixChain.MAX_LENGTH);
    assertThat(scanned.body().length()).isEqualTo(body.length());
  }

  private static ScannedBody scan(String body) {
    return ((Scanned) BodyScan.scan(body.getBytes(UTF_8), Kind.CHAT, BYTES_PER_TOKEN)).body();
  }

  private static ScannedBody completion(String body) {
    return ((Scanned) BodyScan.scan(body.getBytes(UTF_8), Kind.COMPLETION, BYTES_PER_TOKEN)).body();
  }

  private static Malformed malformed(byte[] body) {
    return (Malformed) BodyScan.scan(body, Kind.CHAT, BYTES_PER_TOKEN);
  }

  private static String chat(String... messages) {
    return "{\"model\":\"m\",\"messages\":[" + String.join(",", messages) + "]}";
  }

  private static String message(String role, String content) {
    return "{\"role\":\"" + role + "\",\"content\":\"" + content + "\"}";
  }

  private static long rawHash(String text) {
    var bytes = text.getBytes(UTF_8);
    return Fingerprint.of(bytes, 0, bytes.length);
  }
}
