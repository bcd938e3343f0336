package dev.troupe.gateway;

import static dev.troupe.gateway.IdentitySource.AUTELLIX;
import static dev.troupe.gateway.IdentitySource.BODY_SESSION;
import static dev.troupe.gateway.IdentitySource.CONVERSATION;
import static dev.troupe.gateway.IdentitySource.DYNAMO;
import static dev.troupe.gateway.IdentitySource.FIREWORKS;
import static dev.troupe.gateway.IdentitySource.HELICONE;
import static dev.troupe.gateway.IdentitySource.LITELLM;
import static dev.troupe.gateway.IdentitySource.PROGRAM_ID;
import static dev.troupe.gateway.IdentitySource.PROMPT_CACHE_KEY;
import static dev.troupe.gateway.IdentitySource.SESSION_AFFINITY;
import static dev.troupe.gateway.IdentitySource.SESSION_ID;
import static dev.troupe.gateway.IdentitySource.THREAD_ID;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// The ways in which clients name a program, in the order of trust.
///
/// Two lists, because what Troupe remembers of answers stands between them: see [ProgramIdentity].
final class DeclaredIdentity {

  /// One way. Says nothing of a request that does not use it.
  interface Step extends Function<Signals, Optional<Claim>> {}

  /// By a session, up to a conversation's id.
  static final List<Step> SESSIONS =
      List.of(
          header(PROGRAM_ID, "x-program-id", "x-parent-program-id"),
          member(AUTELLIX, "autellix_session_id"),
          header(DYNAMO, "x-dynamo-session-id", "x-dynamo-parent-session-id"),
          header(DYNAMO, "x-dynamo-trajectory-id", "x-dynamo-parent-trajectory-id"),
          AgentIdentity::claudeCode,
          AgentIdentity::codex,
          header(SESSION_ID, "x-session-id", "x-parent-session-id"),
          header(SESSION_ID, "x-opencode-session", "x-parent-session-id"),
          header(SESSION_AFFINITY, "x-session-affinity", "x-parent-session-id"),
          header(THREAD_ID, "x-thread-id"),
          header(LITELLM, "x-litellm-trace-id"),
          header(LITELLM, "x-litellm-session-id"),
          header(HELICONE, "helicone-session-id"),
          header(FIREWORKS, "x-multi-turn-session-id"),
          AgentIdentity::vendor,
          member(BODY_SESSION, "session_id"),
          member(BODY_SESSION, "litellm_session_id"),
          member(BODY_SESSION, "metadata.session_id"),
          member(BODY_SESSION, "metadata.litellm_session_id"),
          member(BODY_SESSION, "metadata.langfuse_session_id"),
          member(CONVERSATION, "conversation.id"),
          member(CONVERSATION, "conversation"));

  /// By values made for other ends.
  static final List<Step> BYWAYS =
      List.of(member(PROMPT_CACHE_KEY, "prompt_cache_key"), AgentIdentity::metadataUser);

  private DeclaredIdentity() {}

  /// The first claim of a list.
  static Optional<Claim> first(List<Step> steps, Signals signals) {
    return steps.stream().flatMap(step -> step.apply(signals).stream()).findFirst();
  }

  private static Step header(IdentitySource source, String name) {
    return signals ->
        signals.header(name).map(program -> new Claim(source, program, Optional.empty()));
  }

  private static Step header(IdentitySource source, String name, String parent) {
    return signals ->
        signals.header(name).map(program -> new Claim(source, program, signals.header(parent)));
  }

  private static Step member(IdentitySource source, String path) {
    return signals ->
        signals.member(path).map(program -> new Claim(source, program, Optional.empty()));
  }
}
