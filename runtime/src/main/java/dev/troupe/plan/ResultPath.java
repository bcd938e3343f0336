package dev.troupe.plan;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The way to a part of a step's result: names of fields and indices of arrays, from outside in.
/// Written `.rows[0].title`; the empty path is the whole.
///
/// @param parts a part of digits alone is an index where it meets an array, a name where it meets an
///     object
public record ResultPath(List<String> parts) {

  public static final ResultPath WHOLE = new ResultPath(List.of());

  private static final int MAX_PARTS = 64;
  private static final int MAX_INDEX_DIGITS = 9;

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public ResultPath {
    parts = List.copyOf(parts);
    if (parts.size() > MAX_PARTS) {
      throw InvalidPlanException.of(
          PlanError.Code.TOO_LARGE, "a path has at most " + MAX_PARTS + " parts");
    }
  }

  @JsonValue
  @Override
  public List<String> parts() {
    return parts;
  }

  /// The part of `result` that this names; empty where there is none. Cost: the path's length.
  public Optional<JsonNode> find(JsonNode result) {
    JsonNode at = result;
    for (String part : parts) {
      JsonNode next =
          at.isArray() ? (isIndex(part) ? at.get(Integer.parseInt(part)) : null) : at.get(part);
      if (next == null) {
        return Optional.empty();
      }
      at = next;
    }
    return Optional.of(at);
  }

  /// Reads `.rows[0].title`, `rows.0.title`, `rows["a b"]` or `*` (the whole).
  ///
  /// @throws InvalidPlanException if it is none
  public static ResultPath of(String text) {
    if (text.isEmpty() || text.equals("*")) {
      return WHOLE;
    }
    PathText reader =
        new PathText(text.startsWith(".") || text.startsWith("[") ? text : "." + text, 0);
    ResultPath path = reader.path();
    if (!reader.isAtEnd()) {
      throw InvalidPlanException.of(
          PlanError.Code.INVALID_INPUT,
          "\"" + PlanError.shown(text) + "\" is no path: write .field, [0] or [\"field\"]");
    }
    return path;
  }

  ResultPath followedBy(ResultPath rest) {
    List<String> all = new ArrayList<>(parts);
    all.addAll(rest.parts);
    return new ResultPath(all);
  }

  private static boolean isIndex(String part) {
    return !part.isEmpty()
        && part.length() <= MAX_INDEX_DIGITS
        && part.chars().allMatch(each -> each >= '0' && each <= '9');
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (String part : parts) {
      if (isIndex(part)) {
        text.append('[').append(part).append(']');
      } else if (PathText.isName(part)) {
        text.append('.').append(part);
      } else {
        text.append("[\"").append(part.replace("\\", "\\\\").replace("\"", "\\\"")).append("\"]");
      }
    }
    return text.toString();
  }
}
