package dev.troupe.gateway;

/// How a program was recognized. A closed set: it is a metric label, and clients read it in
/// `X-Program-Id-Source`. The order is that of trust: the first that applies decides.
enum IdentitySource {
  /// Our own header.
  PROGRAM_ID("x-program-id"),
  /// The `autellix_*` members of the body.
  AUTELLIX("autellix"),
  /// `X-Dynamo-Session-ID` and its older names.
  DYNAMO("x-dynamo-session-id"),
  CLAUDE_CODE("claude-code"),
  CODEX("codex"),
  /// `X-Session-Id`, as OpenCode and others send it.
  SESSION_ID("x-session-id"),
  SESSION_AFFINITY("x-session-affinity"),
  /// `X-Thread-Id`, as Mastra sends it.
  THREAD_ID("x-thread-id"),
  LITELLM("litellm"),
  HELICONE("helicone"),
  FIREWORKS("fireworks"),
  /// Any other `X-<vendor>-Session-Id`.
  VENDOR_SESSION("vendor-session-id"),
  /// A session's id in the body or in its `metadata`.
  BODY_SESSION("body-session"),
  CONVERSATION("conversation"),
  /// The answer that the request says it follows.
  PREVIOUS_RESPONSE("previous-response"),
  PROMPT_CACHE_KEY("prompt-cache-key"),
  /// The session inside `metadata.user_id`.
  METADATA_USER("metadata-user-id"),
  /// The trace of the request. Little trust: a trace may span several programs.
  TRACEPARENT("traceparent"),
  /// What Troupe relayed before and this request repeats. A guess.
  PREFIX("prefix"),
  /// Nothing said: the request is a program of its own.
  OWN("own");

  private final String label;

  IdentitySource(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }
}
