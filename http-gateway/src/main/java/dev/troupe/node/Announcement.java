package dev.troupe.node;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;

/// What a node says when it is ready: where it is, and how to use it.
final class Announcement {

  private Announcement() {}

  /// @param models there are; empty when no engine answers yet
  /// @param needsKey whether only those who have a key of the configuration may call
  static String of(
      InetSocketAddress address, List<String> models, boolean needsKey, long startNanos) {
    var url = "http://" + host(address) + ":" + address.getPort();
    var seconds = String.format(Locale.ROOT, "%.1f", startNanos / 1e9);
    if (models.isEmpty()) {
      return """

      Troupe is up after %s s at %s, and waits for an engine to answer.
      GET %s/v1/engines shows them, and why one does not answer.
      Calls wait for models that the entries in troupe.engines name as `models`;
      others are refused (404) until an engine has reported them.
      """
          .formatted(seconds, url, url);
    }
    return """

    Troupe is ready after %s s at %s

      curl -N %s/v1/chat/completions -H 'Content-Type: application/json'%s \\
        -d '{"model":"%s","stream":true,"messages":[{"role":"user","content":"Say hello."}]}'

    For any OpenAI SDK:

      export OPENAI_BASE_URL=%s/v1
      export OPENAI_API_KEY=%s

    Models: %s. Ctrl-C drains and stops.
    """
        .formatted(
            seconds,
            url,
            url,
            needsKey ? " -H 'Authorization: Bearer KEY_OF_A_TENANT'" : "",
            models.getFirst(),
            url,
            needsKey ? "KEY_OF_A_TENANT" : "any",
            String.join(", ", models));
  }

  /// Of a node that takes no calls in.
  ///
  /// @param management where it can be asked how it does
  static String withoutGateway(InetSocketAddress management, long startNanos) {
    return """

    Troupe is up after %.1f s, as a node without a gateway.
    ./troupe status --url http://%s:%d shows its cluster. Ctrl-C drains and stops.
    """
        .formatted(startNanos / 1e9, host(management), management.getPort());
  }

  private static String host(InetSocketAddress address) {
    return address.getAddress().isAnyLocalAddress() ? "127.0.0.1" : address.getHostString();
  }
}
