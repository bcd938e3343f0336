package dev.troupe.connector;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/// Reads completion objects and chunks token by token, in every dialect's form, into [AnswerFacts].
///
/// | engine | prompt tokens found in its cache |
/// |--------|----------------------------------|
/// | OpenAI, vLLM, SGLang, llama.cpp | `usage.prompt_tokens_details.cached_tokens` |
/// | llama.cpp without details | `timings.cache_n`, else what `timings.prompt_n` leaves |
/// | Ollama | not reported |
///
/// Text and fingerprint are those of the first choice. Not thread-safe.
final class AnswerReader {

  /// Shared with those who make parsers for a reader: field names are interned, once.
  static final JsonFactory JSON = new JsonFactory();

  private enum Place {
    OUTSIDE,
    ROOT,
    CHOICES,
    CHOICE,
    MESSAGE,
    TOOL_CALLS,
    TOOL_CALL,
    USAGE,
    PROMPT_DETAILS,
    TIMINGS,
    ERROR,
    /// Of no interest, with all that is in it.
    ELSEWHERE
  }

  private final AnswerFacts facts;
  private final Deque<Place> outer = new ArrayDeque<>();
  private Place place = Place.OUTSIDE;
  private int depthElsewhere;
  private int choices;
  private int choiceIndex;
  private boolean hasChoices;
  private boolean hasUsage;
  private boolean hasOutput;
  private boolean hasError;

  AnswerReader(AnswerFacts facts) {
    this.facts = facts;
  }

  /// What one object was about.
  ///
  /// @param hasOutput whether it brought text, reasoning or a part of a tool call
  /// @param isUsageOnly whether it brought usage and nothing for the reader of the answer
  record Content(boolean hasOutput, boolean isUsageOnly, boolean isError) {}

  /// Reads one whole object.
  ///
  /// @throws IOException when it is not one
  Content read(byte[] bytes, int from, int length) throws IOException {
    try (var parser = JSON.createParser(bytes, from, length)) {
      reset();
      for (var token = parser.nextToken(); token != null; token = parser.nextToken()) {
        accept(parser, token);
      }
      return content();
    }
  }

  /// Reads one token of an object.
  ///
  /// @param parser standing at the token
  void accept(JsonParser parser, JsonToken token) throws IOException {
    if (token.isStructStart()) {
      enter(parser);
    } else if (token.isStructEnd()) {
      leave();
    } else if (token.isScalarValue() && place != Place.ELSEWHERE) {
      value(parser, token);
    }
  }

  Content content() {
    return new Content(hasOutput, hasChoices && choices == 0 && hasUsage, hasError);
  }

  private void reset() {
    outer.clear();
    place = Place.OUTSIDE;
    depthElsewhere = 0;
    choices = 0;
    hasChoices = false;
    hasUsage = false;
    hasOutput = false;
    hasError = false;
  }

  private void enter(JsonParser parser) throws IOException {
    if (place == Place.ELSEWHERE) {
      depthElsewhere++;
      return;
    }
    outer.push(place);
    place = inner(name(parser));
    switch (place) {
      case CHOICES -> hasChoices = true;
      case CHOICE -> choiceIndex = choices++;
      case TOOL_CALL -> hasOutput = true;
      case USAGE -> hasUsage = true;
      case ERROR -> hasError = true;
      case OUTSIDE, ROOT, MESSAGE, TOOL_CALLS, PROMPT_DETAILS, TIMINGS, ELSEWHERE -> {}
    }
  }

  private Place inner(String name) {
    return switch (place) {
      case OUTSIDE -> Place.ROOT;
      case ROOT ->
          switch (name) {
            case "choices" -> Place.CHOICES;
            case "usage" -> Place.USAGE;
            case "timings" -> Place.TIMINGS;
            case "error" -> Place.ERROR;
            default -> Place.ELSEWHERE;
          };
      case CHOICES -> Place.CHOICE;
      case CHOICE ->
          name.equals("delta") || name.equals("message") ? Place.MESSAGE : Place.ELSEWHERE;
      case MESSAGE -> name.equals("tool_calls") ? Place.TOOL_CALLS : Place.ELSEWHERE;
      case TOOL_CALLS -> Place.TOOL_CALL;
      case USAGE -> name.equals("prompt_tokens_details") ? Place.PROMPT_DETAILS : Place.ELSEWHERE;
      case TOOL_CALL, PROMPT_DETAILS, TIMINGS, ERROR, ELSEWHERE -> Place.ELSEWHERE;
    };
  }

  private void leave() {
    if (place == Place.ELSEWHERE && depthElsewhere > 0) {
      depthElsewhere--;
    } else {
      place = outer.pop();
    }
  }

  private void value(JsonParser parser, JsonToken token) throws IOException {
    if (token == JsonToken.VALUE_STRING) {
      text(name(parser), parser);
    } else if (token == JsonToken.VALUE_NUMBER_INT
        && parser.getNumberType() == JsonParser.NumberType.INT
        && parser.getIntValue() >= 0) {
      number(name(parser), parser.getIntValue());
    }
  }

  private static String name(JsonParser parser) throws IOException {
    var name = parser.currentName();
    return name == null ? "" : name;
  }

  private void text(String name, JsonParser parser) throws IOException {
    switch (place) {
      case ROOT -> {
        switch (name) {
          case "id" -> facts.responseId(parser.getText());
          case "error" -> hasError = true;
          default -> {}
        }
      }
      case CHOICE -> {
        switch (name) {
          case "finish_reason" -> facts.finish(parser.getText());
          case "text" -> output(parser.getText(), true);
          default -> {}
        }
      }
      case MESSAGE -> {
        switch (name) {
          case "content" -> output(parser.getText(), true);
          case "reasoning_content", "reasoning", "refusal" -> output(parser.getText(), false);
          default -> {}
        }
      }
      case TOOL_CALL -> {
        if (name.equals("id") && choiceIndex == 0 && parser.getTextLength() > 0) {
          facts.toolCall(parser.getText());
        }
      }
      case OUTSIDE, CHOICES, TOOL_CALLS, USAGE, PROMPT_DETAILS, TIMINGS, ERROR, ELSEWHERE -> {}
    }
  }

  private void output(String text, boolean isAnswer) {
    hasOutput |= !text.isEmpty();
    if (isAnswer && choiceIndex == 0) {
      facts.text(text);
    }
  }

  private void number(String name, int value) {
    switch (place) {
      case CHOICE -> choiceIndex = name.equals("index") ? value : choiceIndex;
      case USAGE -> {
        switch (name) {
          case "prompt_tokens" -> facts.promptTokens(value);
          case "completion_tokens" -> facts.outputTokens(value);
          default -> {}
        }
      }
      case PROMPT_DETAILS -> {
        if (name.equals("cached_tokens")) {
          facts.cachedTokens(value);
        }
      }
      case TIMINGS -> {
        switch (name) {
          case "cache_n" -> facts.cachedTokens(value);
          case "prompt_n" -> facts.prefilledTokens(value);
          default -> {}
        }
      }
      case OUTSIDE, ROOT, CHOICES, MESSAGE, TOOL_CALLS, TOOL_CALL, ERROR, ELSEWHERE -> {}
    }
  }
}
