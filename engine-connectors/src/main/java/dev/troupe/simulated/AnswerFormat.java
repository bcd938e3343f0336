package dev.troupe.simulated;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.simulated.Output.ToolCall;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;

/// The JSON of one answer, as vLLM writes it.
final class AnswerFormat {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final JsonStringEncoder ENCODER = JsonStringEncoder.getInstance();

  private final SimulatedRequest request;
  private final Output output;
  private final String beforeChoices;

  AnswerFormat(SimulatedRequest request, Output output) {
    this.request = request;
    this.output = output;
    this.beforeChoices =
        "{\"id\":\"%s-%s\",\"object\":\"%s\",\"created\":%d,\"model\":\"%s\",\"choices\":["
            .formatted(
                request.isChat() ? "chatcmpl" : "cmpl",
                escaped(request.id()),
                object(),
                Instant.now().getEpochSecond(),
                escaped(request.model()));
  }

  /// The event that comes before the first token of a chat.
  byte[] opening() {
    var delta = JSON.objectNode().put("role", "assistant");
    output
        .call()
        .ifPresentOrElse(
            call -> delta.putNull("content").putArray("tool_calls").add(toolCall(call, "")),
            () -> delta.put("content", ""));
    return event(delta.toString(), Optional.empty(), 0);
  }

  /// The event for the tokens `[from, to)`.
  byte[] tokens(int from, int to) {
    var text = escaped(output.text(from, to));
    var delta =
        output.call().isPresent()
            ? "{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"" + text + "\"}}]}"
            : request.isChat() ? "{\"content\":\"" + text + "\"}" : "\"" + text + "\"";
    boolean isLast = to == output.tokens();
    return event(delta, isLast ? Optional.of(output.finishReason()) : Optional.empty(), to - from);
  }

  /// The event that brings nothing but the usage.
  byte[] usage(int cachedTokens) {
    return wrapped(beforeChoices + "],\"usage\":" + usageJson(cachedTokens) + "}");
  }

  /// The whole answer of a request that is not streamed.
  byte[] whole(int cachedTokens) {
    var choice = JSON.objectNode().put("index", 0);
    if (request.isChat()) {
      var message = choice.putObject("message").put("role", "assistant");
      output
          .call()
          .ifPresentOrElse(
              call ->
                  message
                      .putNull("content")
                      .putArray("tool_calls")
                      .add(toolCall(call, call.arguments())),
              () -> message.put("content", output.text(0, output.tokens())));
    } else {
      choice.put("text", output.text(0, output.tokens()));
    }
    choice.set("logprobs", logprobs(output.tokens()));
    choice.put("finish_reason", output.finishReason());
    var json = beforeChoices + choice + "],\"usage\":" + usageJson(cachedTokens) + "}";
    return json.getBytes(StandardCharsets.UTF_8);
  }

  static byte[] errorEvent() {
    return wrapped(
        "{\"error\":{\"message\":\"a fault was asked for\",\"type\":\"InternalServerError\","
            + "\"param\":null,\"code\":500}}");
  }

  static byte[] done() {
    return wrapped("[DONE]");
  }

  private String object() {
    return request.isChat()
        ? request.options().streamed() ? "chat.completion.chunk" : "chat.completion"
        : "text_completion";
  }

  private byte[] event(String delta, Optional<String> finishReason, int tokens) {
    return wrapped(
        beforeChoices
            + (request.isChat() ? "{\"index\":0,\"delta\":" : "{\"index\":0,\"text\":")
            + delta
            + ",\"logprobs\":"
            + logprobs(tokens)
            + ",\"finish_reason\":"
            + finishReason.map(reason -> '"' + reason + '"').orElse("null")
            + "}]}");
  }

  private static byte[] wrapped(String json) {
    return ("data: " + json + "\n\n").getBytes(StandardCharsets.UTF_8);
  }

  private static ObjectNode toolCall(ToolCall call, String arguments) {
    var json = JSON.objectNode().put("index", 0).put("id", call.id()).put("type", "function");
    json.putObject("function").put("name", call.function()).put("arguments", arguments);
    return json;
  }

  private JsonNode logprobs(int tokens) {
    if (!request.options().logprobs() || output.call().isPresent()) {
      return JSON.nullNode();
    }
    var logprobs = JSON.objectNode();
    var content = logprobs.putArray("content");
    for (int token = 0; token < tokens; token++) {
      content.addObject().put("token", "word").put("logprob", -0.25).putArray("top_logprobs");
    }
    return logprobs;
  }

  private ObjectNode usageJson(int cachedTokens) {
    var usage =
        JSON.objectNode()
            .put("prompt_tokens", request.promptTokens())
            .put("completion_tokens", output.tokens())
            .put("total_tokens", request.promptTokens() + output.tokens());
    usage.putObject("prompt_tokens_details").put("cached_tokens", cachedTokens);
    return usage;
  }

  private static String escaped(String text) {
    return new String(ENCODER.quoteAsString(text));
  }
}
