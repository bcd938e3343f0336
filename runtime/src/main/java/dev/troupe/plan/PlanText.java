package dev.troupe.plan;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import org.yaml.snakeyaml.LoaderOptions;

/// JSON and YAML that a user sent, as trees. Nested at most 100 deep, each key once, one document, no
/// YAML that stands for more than is written.
final class PlanText {

  private static final int MAX_DEPTH = 100;
  private static final int MAX_NUMBER_LENGTH = 1_000;
  private static final int MAX_CHARS = 256 * 1024 * 1024;

  private static final StreamReadConstraints CONSTRAINTS =
      StreamReadConstraints.builder()
          .maxNestingDepth(MAX_DEPTH)
          .maxNumberLength(MAX_NUMBER_LENGTH)
          .maxStringLength(MAX_CHARS)
          .build();

  private static final ObjectReader JSON = reader(new JsonMapper(jsonFactory()));
  private static final ObjectReader YAML = reader(new YAMLMapper(yamlFactory()));

  private PlanText() {}

  private static JsonFactory jsonFactory() {
    return JsonFactory.builder().streamReadConstraints(CONSTRAINTS).build();
  }

  private static YAMLFactory yamlFactory() {
    LoaderOptions options = new LoaderOptions();
    options.setMaxAliasesForCollections(0);
    options.setNestingDepthLimit(MAX_DEPTH);
    options.setCodePointLimit(MAX_CHARS);
    options.setAllowDuplicateKeys(false);
    return YAMLFactory.builder().loaderOptions(options).streamReadConstraints(CONSTRAINTS).build();
  }

  private static ObjectReader reader(ObjectMapper mapper) {
    return mapper
        .reader()
        .with(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
        .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);
  }

  /// @throws InvalidPlanException if it is no JSON
  static JsonNode json(byte[] text) {
    return read(JSON, text, "JSON");
  }

  /// @throws InvalidPlanException if it is no YAML
  static JsonNode yaml(byte[] text) {
    return read(YAML, text, "YAML");
  }

  private static JsonNode read(ObjectReader reader, byte[] text, String format) {
    try {
      JsonNode tree = reader.readTree(text);
      if (tree == null || tree.isMissingNode() || tree.isNull()) {
        throw Fields.invalid("there is nothing here; send " + format).at("/");
      }
      return tree;
    } catch (JsonProcessingException unreadable) {
      JsonLocation at = unreadable.getLocation();
      throw Fields.invalid(
              "no readable " + format + ": " + PlanError.shown(unreadable.getOriginalMessage()))
          .at(at == null ? "/" : "line " + at.getLineNr() + ", column " + at.getColumnNr());
    } catch (NumberFormatException beyond) {
      // Of an exponent that no decimal can have, and without a place.
      throw Fields.invalid("no readable " + format + ": a number is beyond all bounds").at("/");
    } catch (IOException unreadable) {
      throw Fields.invalid("no readable " + format + ": its characters are not UTF-8").at("/");
    }
  }

  /// The JSON in a model's answer: without fences, and without words before and after.
  static String unfenced(String answer) {
    String text = answer;
    int fence = text.indexOf("```");
    if (fence >= 0) {
      int line = text.indexOf('\n', fence);
      int from = line < 0 ? fence + 3 : line;
      int close = text.indexOf("```", Math.max(from, fence + 3));
      text = text.substring(from, close < 0 ? text.length() : close);
    }
    int start = text.indexOf('{');
    int end = text.lastIndexOf('}');
    return start >= 0 && end > start ? text.substring(start, end + 1) : text.strip();
  }
}
