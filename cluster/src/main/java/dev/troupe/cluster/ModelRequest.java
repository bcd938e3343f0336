package dev.troupe.cluster;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// What an application asks of a model: the JSON body of an OpenAI request, and what Troupe should
/// know of the call.
///
/// The body goes to the engine as it is, fields that Troupe does not know included. A request without
/// a name can be used again; each use is a call of its own.
///
/// @param path such as `/v1/chat/completions`
/// @param body JSON in UTF-8; not to be changed afterwards
/// @param name of the call in its program, for others to come after; belongs to one call
/// @param parents names of the program's calls whose answers this one needed
/// @param deadline from now to the end of the answer; the configured one when absent
public record ModelRequest(
    String path,
    byte[] body,
    Optional<String> name,
    List<String> parents,
    Optional<Duration> deadline) {

  public ModelRequest {
    parents = List.copyOf(parents);
  }

  /// A request to `/v1/chat/completions`. [ChatRequest] writes simple ones.
  public static ModelRequest chat(String json) {
    return of("/v1/chat/completions", json.getBytes(StandardCharsets.UTF_8));
  }

  /// A request to `/v1/completions`.
  public static ModelRequest completion(String json) {
    return of("/v1/completions", json.getBytes(StandardCharsets.UTF_8));
  }

  public static ModelRequest of(String path, byte[] body) {
    return new ModelRequest(path, body, Optional.empty(), List.of(), Optional.empty());
  }

  public ModelRequest named(String name) {
    return new ModelRequest(path, body, Optional.of(name), parents, deadline);
  }

  /// Says which calls had to end before this one could be made. Calls on a long chain of others give
  /// way to those on a short one.
  public ModelRequest after(String... parents) {
    return new ModelRequest(path, body, name, List.of(parents), deadline);
  }

  public ModelRequest within(Duration deadline) {
    return new ModelRequest(path, body, name, parents, Optional.of(deadline));
  }
}
