package dev.troupe.gateway;

import static dev.troupe.gateway.IdentityFixture.TENANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.troupe.program.Call;
import dev.troupe.program.CallEnd.Answer;
import dev.troupe.program.Program;
import dev.troupe.program.Tenant;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Steps 1 to 11 and 13: what clients declare.
class ProgramIdentityTest {

  private static final String NOTHING = "{}";
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

  private final IdentityFixture node = new IdentityFixture();

  /// Client, headers, further members of its body; then program, parent, source.
  static Stream<Arguments> clients() {
    return Stream.of(
        row("our header", Map.of("X-Program-Id", "p"), NOTHING, "p", "", "x-program-id"),
        row(
            "our headers, with a parent",
            Map.of("x-program-id", "p", "X-PARENT-PROGRAM-ID", "q"),
            NOTHING,
            "p",
            "q",
            "x-program-id"),
        row("Autellix", Map.of(), "{'autellix_session_id':'p'}", "p", "", "autellix"),
        row(
            "Dynamo",
            Map.of("X-Dynamo-Session-ID", "p", "X-Dynamo-Parent-Session-ID", "q"),
            NOTHING,
            "p",
            "q",
            "x-dynamo-session-id"),
        row(
            "Dynamo, before",
            Map.of("x-dynamo-trajectory-id", "p", "x-dynamo-parent-trajectory-id", "q"),
            NOTHING,
            "p",
            "q",
            "x-dynamo-session-id"),
        row(
            "Claude Code",
            Map.of("X-Claude-Code-Session-Id", "p"),
            "{'metadata':{'user_id':'{\\\"session_id\\\":\\\"other\\\"}'}}",
            "p",
            "",
            "claude-code"),
        row(
            "Claude Code, sub-agent",
            Map.of("X-Claude-Code-Session-Id", "q", "X-Claude-Code-Agent-Id", "p"),
            NOTHING,
            "p",
            "q",
            "claude-code"),
        row(
            "Claude Code, nested sub-agent",
            Map.of(
                "X-Claude-Code-Session-Id", "s",
                "X-Claude-Code-Agent-Id", "p",
                "X-Claude-Code-Parent-Agent-Id", "q"),
            NOTHING,
            "p",
            "q",
            "claude-code"),
        row(
            "Codex, root",
            Map.of(
                "session-id", "p",
                "thread-id", "p",
                "x-client-request-id", "p",
                "x-codex-window-id", "p:0",
                "originator", "codex_exec",
                "traceparent", trace()),
            "{'prompt_cache_key':'p'}",
            "p",
            "",
            "codex"),
        row(
            "Codex, child",
            Map.of("session-id", "s", "thread-id", "p", "x-codex-parent-thread-id", "q"),
            "{'prompt_cache_key':'s'}",
            "p",
            "q",
            "codex"),
        row(
            "Codex, side thread",
            Map.of("session-id", "q", "thread-id", "p"),
            "{'prompt_cache_key':'side'}",
            "p",
            "q",
            "codex"),
        row("Codex, before", Map.of("session_id", "p"), NOTHING, "p", "", "codex"),
        row("Codex, window alone", Map.of("x-codex-window-id", "p:3"), NOTHING, "p", "", "codex"),
        row(
            "Codex, turn metadata",
            Map.of("x-codex-turn-metadata", "{\"session_id\":\"q\",\"thread_id\":\"p\"}"),
            NOTHING,
            "p",
            "q",
            "codex"),
        row(
            "Codex, client metadata",
            Map.of(),
            "{'client_metadata':{'session_id':'q','thread_id':'p'}}",
            "p",
            "q",
            "codex"),
        row(
            "Codex, request id",
            Map.of("x-client-request-id", "p", "originator", "codex_cli_rs"),
            NOTHING,
            "p",
            "",
            "codex"),
        row(
            "OpenCode",
            Map.of("x-session-id", "ses_1", "x-session-affinity", "ses_1"),
            NOTHING,
            "ses_1",
            "",
            "x-session-id"),
        row(
            "OpenCode, sub-agent",
            Map.of("x-session-id", "ses_2", "x-parent-session-id", "ses_1"),
            NOTHING,
            "ses_2",
            "ses_1",
            "x-session-id"),
        row("OpenCode, own", Map.of("x-opencode-session", "p"), NOTHING, "p", "", "x-session-id"),
        row(
            "Crush",
            Map.of("x-session-id", "p", "x-session-affinity", "p"),
            NOTHING,
            "p",
            "",
            "x-session-id"),
        row(
            "pi",
            Map.of("x-client-request-id", "p", "x-session-affinity", "p"),
            NOTHING,
            "p",
            "",
            "x-session-affinity"),
        row("Amp", Map.of("X-Amp-Thread-Id", "p"), NOTHING, "p", "", "vendor-session-id"),
        row(
            "Qwen Code",
            Map.of("X-Qwen-Code-Session-Id", "p"),
            NOTHING,
            "p",
            "",
            "vendor-session-id"),
        row(
            "Mastra",
            Map.of("x-thread-id", "p", "x-resource-id", "r"),
            NOTHING,
            "p",
            "",
            "x-thread-id"),
        row(
            "LiteLLM, trace",
            Map.of("x-litellm-trace-id", "p", "x-litellm-session-id", "s"),
            NOTHING,
            "p",
            "",
            "litellm"),
        row(
            "OpenHands",
            Map.of("x-litellm-session-id", "p"),
            "{'prompt_cache_key':'c'}",
            "p",
            "",
            "litellm"),
        row("LiteLLM, body", Map.of(), "{'litellm_session_id':'p'}", "p", "", "body-session"),
        row(
            "LiteLLM, metadata",
            Map.of(),
            "{'metadata':{'session_id':'p'}}",
            "p",
            "",
            "body-session"),
        row(
            "LiteLLM, user",
            Map.of(),
            "{'metadata':{'user_id':'user_1_account__session_p'}}",
            "p",
            "",
            "metadata-user-id"),
        row(
            "Helicone",
            Map.of("Helicone-Session-Id", "p", "Helicone-Session-Path", "/a/b"),
            NOTHING,
            "p",
            "",
            "helicone"),
        row(
            "Langfuse",
            Map.of(),
            "{'metadata':{'langfuse_session_id':'p'}}",
            "p",
            "",
            "body-session"),
        row(
            "Fireworks, deepagents",
            Map.of("x-multi-turn-session-id", "p"),
            "{'prompt_cache_key':'p'}",
            "p",
            "",
            "fireworks"),
        row(
            "AWS AgentCore",
            Map.of("X-Amzn-Bedrock-AgentCore-Runtime-Session-Id", "p"),
            NOTHING,
            "p",
            "",
            "vendor-session-id"),
        row("a session in the body", Map.of(), "{'session_id':'p'}", "p", "", "body-session"),
        row("OpenAI, conversation", Map.of(), "{'conversation':'p'}", "p", "", "conversation"),
        row(
            "OpenAI, conversation object",
            Map.of(),
            "{'conversation':{'id':'p'}}",
            "p",
            "",
            "conversation"),
        row(
            "OpenAI, cache key",
            Map.of("x-client-request-id", "r", "traceparent", trace()),
            "{'prompt_cache_key':'p','safety_identifier':'u','metadata':{'k':'v'}}",
            "p",
            "",
            "prompt-cache-key"),
        row(
            "Anthropic, Claude Code's user",
            Map.of(),
            "{'metadata':{'user_id':'{\\\"device_id\\\":\\\"d\\\",\\\"session_id\\\":\\\"p\\\"}'}}",
            "p",
            "",
            "metadata-user-id"),
        row("W3C", Map.of("traceparent", trace()), NOTHING, TRACE, "", "traceparent"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("clients")
  void recognizesAClient(
      String client,
      Map<String, String> headers,
      String members,
      String program,
      String parent,
      String source) {
    var identified = identify(TENANT, headers, members);

    assertThat(identified.program()).isEqualTo(new Program.Id(TENANT, program));
    assertThat(identified.parent())
        .isEqualTo(
            Optional.of(parent).filter(id -> !id.isEmpty()).map(id -> new Program.Id(TENANT, id)));
    assertThat(identified.source().label()).isEqualTo(source);
  }

  @Test
  void prefersTheStepOfMoreTrust() {
    var steps =
        List.of(
            Map.of("x-program-id", "1"),
            Map.of("x-dynamo-session-id", "3"),
            Map.of("x-claude-code-session-id", "4"),
            Map.of("thread-id", "5"),
            Map.of("x-session-id", "6"),
            Map.of("x-session-affinity", "6a"),
            Map.of("x-thread-id", "6b"),
            Map.of("x-litellm-trace-id", "7"),
            Map.of("x-litellm-session-id", "7a"),
            Map.of("helicone-session-id", "7b"),
            Map.of("x-multi-turn-session-id", "7c"),
            Map.of("x-qwen-code-session-id", "7d"),
            Map.of("traceparent", trace()));
    for (int first = 0; first < steps.size() - 1; first++) {
      var headers = new HashMap<String, String>();
      steps.subList(first, steps.size()).forEach(headers::putAll);

      assertThat(identify(TENANT, headers, NOTHING).program().value())
          .isEqualTo(steps.get(first).values().iterator().next());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'autellix_session_id':'p','session_id':'x'}",
        "{'session_id':'p','litellm_session_id':'x','metadata':{'session_id':'y'}}",
        "{'litellm_session_id':'p','metadata':{'session_id':'y'}}",
        "{'metadata':{'session_id':'p'},'conversation':'x'}",
        "{'conversation':'p','prompt_cache_key':'x'}",
        "{'prompt_cache_key':'p','metadata':{'user_id':'u_session_x'}}",
        "{'metadata':{'user_id':'u_session_p'}}"
      })
  void prefersTheMemberOfMoreTrust(String members) {
    assertThat(identify(TENANT, Map.of("traceparent", trace()), members).program().value())
        .isEqualTo("p");
  }

  @Test
  void followsTheResponseThatARequestNames() {
    var first = node.send(TENANT, Map.of(), body(NOTHING));
    node.pass(first, new Answer(0, 0, List.of(), Optional.of("resp_1")));

    var next = identify(TENANT, Map.of(), "{'previous_response_id':'resp_1'}");

    assertThat(next.source().label()).isEqualTo("previous-response");
    assertThat(next.program()).isEqualTo(first.identified().program());
    assertThat(next.parents()).containsExactly(first.identified().call());
    assertThat(identify(TENANT, Map.of(), "{'previous_response_id':'resp_2'}").source().label())
        .isEqualTo("own");
    assertThat(
            identify(new Tenant("b"), Map.of(), "{'previous_response_id':'resp_1'}")
                .source()
                .label())
        .isEqualTo("own");
  }

  @Test
  void takesARequestThatSaysNothingForAProgramOfItsOwn() {
    // A request's id is one request's, and a user is not a program.
    var headers = Map.of("x-client-request-id", "r", "User-Agent", "OpenAI/JS 6.49.0");
    var members = "{'user':'u','safety_identifier':'u','metadata':{'user_id':'u'}}";
    var first = identify(TENANT, headers, members);
    var second = identify(TENANT, headers, members);

    assertThat(first.source().label()).isEqualTo("own");
    assertThat(second.program()).isNotEqualTo(first.program());
  }

  @Test
  void neverSharesAProgramBetweenTenants() {
    clients()
        .map(Arguments::get)
        .forEach(row -> {
          @SuppressWarnings("unchecked")
          var headers = (Map<String, String>) row[1];
          var left = identify(new Tenant("a"), headers, (String) row[2]);
          var right = identify(new Tenant("b"), headers, (String) row[2]);
          assertThat(left.program()).isNotEqualTo(right.program());
          assertThat(left.call()).isNotEqualTo(right.call());
        });
  }

  @Test
  void passesOverIdsThatAreTooLongOrHoldControlCharacters() {
    var headers =
        Map.of(
            "x-program-id", "x".repeat(257),
            "x-dynamo-session-id", "a\tb",
            "x-session-id", "  ",
            "x-session-affinity", " p ");

    assertThat(identify(TENANT, headers, NOTHING).program().value()).isEqualTo("p");
    assertThat(
            identify(TENANT, Map.of(), "{'session_id':'a\\u0000b','conversation':'c'}")
                .source()
                .label())
        .isEqualTo("conversation");
    assertThat(identify(TENANT, Map.of("x-program-id", "x".repeat(256)), NOTHING).program().value())
        .hasSize(256);
  }

  @Test
  void trustsNoTraceWhereThatIsTurnedOff() {
    var careful = new IdentityFixture(new IdentitySettings(false, true, 10, Duration.ofHours(2)));

    var sent = careful.send(TENANT, Map.of("traceparent", trace()), body(NOTHING));

    assertThat(sent.source()).isEqualTo("own");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6-00f067aa0ba902b7-01",
        "rubbish"
      })
  void passesOverABrokenTrace(String traceparent) {
    assertThat(identify(TENANT, Map.of("traceparent", traceparent), NOTHING).source().label())
        .isEqualTo("own");
  }

  @Test
  void namesCallsAndTheirParents() {
    var first = identify(TENANT, Map.of("X-Program-Id", "p", "X-Call-Id", "plan"), NOTHING);
    var second = identify(TENANT, Map.of("X-Program-Id", "p", "X-Call-Id", "search"), NOTHING);
    var third =
        identify(
            TENANT,
            Map.of("X-Program-Id", "p", "X-Parent-Call-Ids", "plan, search ,,plan"),
            NOTHING);

    assertThat(first.callName()).isEqualTo("plan");
    assertThat(CallNames.name(first.call())).isEqualTo("plan");
    assertThat(third.parents()).containsExactly(first.call(), second.call());
    assertThat(third.callName()).startsWith("fresh-");
  }

  @Test
  void findsACallByTheNameThatItWasGivenForItsParent() {
    var first = identify(TENANT, Map.of("X-Program-Id", "p"), NOTHING);
    var second =
        identify(
            TENANT, Map.of("X-Program-Id", "p", "X-Parent-Call-Ids", first.callName()), NOTHING);

    assertThat(second.parents()).containsExactly(first.call());
  }

  @Test
  void givesEveryCallAnIdOfItsOwn() {
    var same = Map.of("X-Program-Id", "p", "X-Call-Id", "static");
    var first = identify(TENANT, same, NOTHING);
    var second = identify(TENANT, same, NOTHING);
    var elsewhere = identify(TENANT, Map.of("X-Program-Id", "q", "X-Call-Id", "static"), NOTHING);
    var child =
        identify(TENANT, Map.of("X-Program-Id", "p", "X-Parent-Call-Ids", "static"), NOTHING);

    assertThat(List.of(first.call(), second.call(), elsewhere.call())).doesNotHaveDuplicates();
    assertThat(second.callName()).isEqualTo("static~2");
    assertThat(child.parents()).containsExactly(second.call());
  }

  @Test
  void acceptsTheLongestNameOfACall() {
    var name = "n".repeat(256);
    var call = identify(TENANT, Map.of("X-Program-Id", "p", "X-Call-Id", name), NOTHING).call();
    var child = identify(TENANT, Map.of("X-Program-Id", "p", "X-Parent-Call-Ids", name), NOTHING);

    assertThat(child.parents()).containsExactly(call);
  }

  @Test
  void readsTheFiveAnnotations() {
    var first =
        identify(
            TENANT,
            Map.of(),
            "{'autellix_session_id':'s','autellix_call_id':'c1','autellix_thread_id':'t1',"
                + "'autellix_is_multithreaded':true}");
    var second =
        identify(
            TENANT,
            Map.of(),
            "{'autellix_session_id':'s','autellix_call_id':'c2',"
                + "'autellix_parent_threads':['t1','t9']}");
    var third =
        identify(
            TENANT, Map.of(), "{'autellix_session_id':'s','autellix_parent_threads':['c1','c2']}");

    assertThat(first.isMultithreaded()).isTrue();
    assertThat(first.callName()).isEqualTo("t1");
    assertThat(second.callName()).isEqualTo("c2");
    assertThat(second.isMultithreaded()).isFalse();
    assertThat(second.parents()).containsExactly(first.call(), CallNames.id(first.program(), "t9"));
    assertThat(third.parents()).containsExactly(first.call(), second.call());
  }

  @Test
  void neverNamesACallOrAProgramAsItsOwnParent() {
    var identified =
        identify(
            TENANT,
            Map.of(
                "X-Program-Id", "p",
                "X-Parent-Program-Id", "p",
                "X-Call-Id", "c",
                "X-Parent-Call-Ids", "c"),
            NOTHING);

    assertThat(identified.parent()).isEmpty();
    assertThat(identified.parents()).extracting(Call.Id::value).isEmpty();
  }

  @Test
  void takesOurHeadersBesideAnotherClientsIdentity() {
    var identified =
        identify(
            TENANT,
            Map.of(
                "x-session-id", "p",
                "x-parent-session-id", "q",
                "x-parent-program-id", "r",
                "x-call-id", "c",
                "x-program-final", "TRUE"),
            NOTHING);

    assertThat(identified.source().label()).isEqualTo("x-session-id");
    assertThat(identified.parent()).contains(new Program.Id(TENANT, "r"));
    assertThat(identified.callName()).isEqualTo("c");
    assertThat(identified.isFinal()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"X-Program-Final", "X-Dynamo-Session-Final", "x-dynamo-trajectory-final"})
  void readsThatACallIsTheLast(String header) {
    assertThat(identify(TENANT, Map.of(header, "true"), NOTHING).isFinal()).isTrue();
    assertThat(identify(TENANT, Map.of(header, "false"), NOTHING).isFinal()).isFalse();
  }

  private Identified identify(Tenant tenant, Map<String, String> headers, String members) {
    return node.send(tenant, headers, body(members)).identified();
  }

  /// @param members a JSON object, with single quotes
  private static ScannedBody body(String members) {
    var more = members.replace('\'', '"');
    return IdentityFixture.chat(
        "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]"
            + (more.equals(NOTHING) ? "" : "," + more.substring(1, more.length() - 1))
            + "}");
  }

  private static String trace() {
    return "00-" + TRACE + "-00f067aa0ba902b7-01";
  }

  private static Arguments row(
      String client,
      Map<String, String> headers,
      String members,
      String program,
      String parent,
      String source) {
    return arguments(client, headers, members, program, parent, source);
  }
}
