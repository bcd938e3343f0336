package dev.troupe.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Writes simple chats: who said what, and few options. Immutable; each method returns a longer one.
/// What it does not know can be written as JSON: [ModelRequest#chat].
///
/// @param messages in the order in which they were said
/// @param options other members of the body, by name
public record ChatRequest(String model, List<Message> messages, Map<String, Object> options) {

  private static final ObjectMapper JSON = new ObjectMapper();

  public record Message(String role, String content) {}

  public ChatRequest {
    messages = List.copyOf(messages);
    options = Map.copyOf(options);
  }

  /// A chat whose answer is streamed.
  public static ChatRequest to(String model) {
    return new ChatRequest(model, List.of(), Map.of("stream", true));
  }

  public ChatRequest system(String content) {
    return says("system", content);
  }

  public ChatRequest user(String content) {
    return says("user", content);
  }

  public ChatRequest assistant(String content) {
    return says("assistant", content);
  }

  public ChatRequest maxTokens(int tokens) {
    return with("max_tokens", tokens);
  }

  /// Asks for the whole answer at once.
  public ChatRequest notStreamed() {
    return with("stream", false);
  }

  /// @param value anything that Jackson writes as JSON
  public ChatRequest with(String option, Object value) {
    var more = new LinkedHashMap<>(options);
    more.put(option, value);
    return new ChatRequest(model, messages, more);
  }

  /// The request, ready to be sent.
  public ModelRequest build() {
    var body = new LinkedHashMap<String, Object>();
    body.put("model", model);
    body.putAll(options);
    body.put("messages", messages);
    try {
      return ModelRequest.of("/v1/chat/completions", JSON.writeValueAsBytes(body));
    } catch (JsonProcessingException wrong) {
      throw new IllegalArgumentException("an option is no JSON", wrong);
    }
  }

  private ChatRequest says(String role, String content) {
    var more = new ArrayList<>(messages);
    more.add(new Message(role, content));
    return new ChatRequest(model, more, options);
  }
}
