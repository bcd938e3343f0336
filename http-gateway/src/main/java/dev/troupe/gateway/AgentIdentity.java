package dev.troupe.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.troupe.actor.EngineTransport.Header;
import dev.troupe.program.Identifiers;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// How agents name their programs where one header is not the whole story.
final class AgentIdentity {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final Pattern VENDOR_SESSION = Pattern.compile("x-[a-z0-9-]+-session-id");

  private static final Pattern TRACEPARENT =
      Pattern.compile("[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(-.*)?");

  private static final String NO_TRACE = "0".repeat(32);

  private static final String USER_SESSION = "_session_";

  private AgentIdentity() {}

  /// Claude Code names a session in every request, and in those of a sub-agent the agent too. The
  /// sub-agent is a program of its own; its parent is the agent that spawned it, else the session.
  static Optional<Claim> claudeCode(Signals signals) {
    var session = signals.header("x-claude-code-session-id");
    var agent = signals.header("x-claude-code-agent-id");
    var spawner = signals.header("x-claude-code-parent-agent-id").or(() -> session);
    return agent
        .map(program -> new Claim(IdentitySource.CLAUDE_CODE, program, spawner))
        .or(() ->
            session.map(
                program -> new Claim(IdentitySource.CLAUDE_CODE, program, Optional.empty())));
  }

  /// Codex names a session, which is a tree of threads, and the thread, which is the program. The
  /// root's thread has the session's id; so where a child does not name its parent, the session is.
  /// The request's id counts as the session's only from Codex itself: others make one per request.
  static Optional<Claim> codex(Signals signals) {
    var turn = json(signals.headers().value("x-codex-turn-metadata"));
    var thread =
        signals
            .header("thread-id")
            .or(() -> signals.header("x-codex-window-id").map(AgentIdentity::threadOfWindow))
            .or(() -> text(turn, "thread_id"))
            .or(() -> signals.member("client_metadata.thread_id"));
    var session =
        signals
            .header("session-id")
            .or(() -> signals.header("session_id"))
            .or(() -> text(turn, "session_id"))
            .or(() -> signals.member("client_metadata.session_id"))
            .or(() -> signals.header("x-client-request-id").filter(_ -> isCodex(signals)));
    var spawner =
        signals
            .header("x-codex-parent-thread-id")
            .or(() -> text(turn, "parent_thread_id"))
            .or(() -> thread.flatMap(_ -> session));
    return thread
        .or(() -> session)
        .map(program -> new Claim(IdentitySource.CODEX, program, spawner));
  }

  /// Any other vendor's header for a session. Of several, the first by name.
  static Optional<Claim> vendor(Signals signals) {
    return Stream.concat(
            Stream.of("x-amp-thread-id"),
            signals.headers().headers().stream()
                .map(Header::name)
                .filter(name -> VENDOR_SESSION.matcher(name).matches())
                .filter(name -> !name.contains("parent-"))
                .sorted(Comparator.naturalOrder()))
        .flatMap(name -> signals.header(name).stream())
        .findFirst()
        .map(program -> new Claim(IdentitySource.VENDOR_SESSION, program, Optional.empty()));
  }

  /// The session inside `metadata.user_id`: a JSON text with a `session_id`, or what follows
  /// `_session_`. A user alone is no program.
  static Optional<Claim> metadataUser(Signals signals) {
    var user = signals.body().hint("metadata.user_id");
    return text(json(user), "session_id")
        .or(() ->
            user.filter(value -> value.contains(USER_SESSION))
                .map(value ->
                    value.substring(value.lastIndexOf(USER_SESSION) + USER_SESSION.length()))
                .filter(Identifiers::isValid))
        .map(program -> new Claim(IdentitySource.METADATA_USER, program, Optional.empty()));
  }

  /// The trace of the request.
  static Optional<Claim> trace(Signals signals) {
    return signals
        .header("traceparent")
        .map(TRACEPARENT::matcher)
        .filter(matcher -> matcher.matches())
        .map(matcher -> matcher.group(1))
        .filter(trace -> !trace.equals(NO_TRACE))
        .map(program -> new Claim(IdentitySource.TRACEPARENT, program, Optional.empty()));
  }

  private static boolean isCodex(Signals signals) {
    return Stream.of("originator", "user-agent")
        .flatMap(name -> signals.headers().value(name).stream())
        .anyMatch(value -> value.startsWith("codex"));
  }

  /// A window is a thread and its generation.
  private static String threadOfWindow(String window) {
    int generation = window.lastIndexOf(':');
    return generation > 0 ? window.substring(0, generation) : window;
  }

  private static Optional<String> text(Optional<JsonNode> json, String member) {
    return json.map(node -> node.path(member))
        .filter(JsonNode::isTextual)
        .map(JsonNode::textValue)
        .map(String::strip)
        .filter(Identifiers::isValid);
  }

  private static Optional<JsonNode> json(Optional<String> text) {
    if (text.isEmpty() || !text.get().startsWith("{")) {
      return Optional.empty();
    }
    try {
      return Optional.ofNullable(JSON.readTree(text.get()));
    } catch (JsonProcessingException notJson) {
      return Optional.empty();
    }
  }
}
