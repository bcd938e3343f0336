package dev.troupe.actor;

import dev.troupe.actor.EngineTransport.Header;
import dev.troupe.engine.RequestBody;
import java.util.List;

/// What the caller wants sent to an engine. Stays on the caller's node.
///
/// @param path such as `/v1/chat/completions`
/// @param headers of the client, those that an engine should see
/// @param streamed whether the answer comes as server-sent events
public record CallRequest(String path, List<Header> headers, RequestBody body, boolean streamed) {
  public CallRequest {
    headers = List.copyOf(headers);
  }
}
