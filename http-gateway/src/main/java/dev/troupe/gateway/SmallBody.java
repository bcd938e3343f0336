package dev.troupe.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.troupe.gateway.BodyReader.Body;
import dev.troupe.gateway.ErrorTable.Fault;
import dev.troupe.program.Identifiers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// The JSON object of a request that manages programs. An empty body is an empty object.
record SmallBody(JsonNode json) {

  static final int MAX_BYTES = 64 * 1024;

  /// They travel between nodes in one message.
  private static final int MAX_NAMES = 256;

  /// A member is not what it should be, or means nothing.
  static final class InvalidMember extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    private InvalidMember(Problem problem) {
      super(problem.detail());
      this.problem = problem;
    }

    private InvalidMember(String member, String expected) {
      this(
          Problem.of(
              Fault.INVALID_BODY,
              "The member `" + member + "` is not " + expected,
              Optional.of(member)));
    }

    Problem problem() {
      return problem;
    }
  }

  /// @param members that it may have: what is said under another name would be lost
  /// @throws InvalidMember if it has another, or is no object
  static SmallBody of(Body.Whole body, List<String> members) {
    try {
      var json = Responses.JSON.readTree(body.bytes().toArrayUnsafe());
      if (!(json instanceof MissingNode) && !json.isObject()) {
        throw new InvalidMember("", "a JSON object: the body must be one");
      }
      json.propertyStream()
          .map(Map.Entry::getKey)
          .filter(name -> !members.contains(name))
          .findFirst()
          .ifPresent(unknown -> {
            throw new InvalidMember(RunFault.unknownKey(unknown, members));
          });
      return new SmallBody(json);
    } catch (JsonProcessingException broken) {
      throw new InvalidMember("", "JSON: " + broken.getOriginalMessage());
    } catch (IOException impossible) {
      throw new UncheckedIOException("reading from memory", impossible);
    }
  }

  /// A name of the caller's choice.
  Optional<String> name(String member) {
    return Optional.of(json.path(member))
        .filter(SmallBody::isThere)
        .map(value -> {
          require(value.isTextual() && Identifiers.isValid(value.textValue()), member, NAME);
          return value.textValue();
        });
  }

  /// One of a few words.
  Optional<String> word(String member, List<String> words) {
    return Optional.of(json.path(member))
        .filter(SmallBody::isThere)
        .map(value -> {
          require(
              value.isTextual() && words.contains(value.textValue()),
              member,
              String.join(" or ", words));
          return value.textValue();
        });
  }

  List<String> names(String member) {
    var names = new ArrayList<String>();
    var value = json.path(member);
    if (isThere(value)) {
      require(
          value.isArray() && value.size() <= MAX_NAMES,
          member,
          "an array of at most " + MAX_NAMES + " names");
      for (var name : value) {
        require(name.isTextual() && Identifiers.isValid(name.textValue()), member, NAME);
        names.add(name.textValue());
      }
    }
    return names;
  }

  boolean flag(String member) {
    var value = json.path(member);
    require(!isThere(value) || value.isBoolean(), member, "true or false");
    return value.asBoolean(false);
  }

  int count(String member) {
    var value = json.path(member);
    require(
        !isThere(value)
            || (value.isIntegralNumber() && value.canConvertToInt() && value.intValue() >= 0),
        member,
        "a whole number from 0");
    return value.asInt(0);
  }

  OptionalInt wholeNumber(String member) {
    var value = json.path(member);
    if (!isThere(value)) {
      return OptionalInt.empty();
    }
    require(value.isIntegralNumber() && value.canConvertToInt(), member, "a whole number");
    return OptionalInt.of(value.intValue());
  }

  double number(String member) {
    var value = json.path(member);
    require(
        !isThere(value)
            || (value.isNumber() && value.doubleValue() >= 0 && value.doubleValue() < 1e12),
        member,
        "a number from 0");
    return value.asDouble(0);
  }

  Map<String, String> texts(String member) {
    var texts = new HashMap<String, String>();
    var value = json.path(member);
    if (isThere(value)) {
      require(value.isObject(), member, "an object of texts");
      for (var entry : value.properties()) {
        require(entry.getValue().isValueNode(), member, "an object of texts");
        texts.put(entry.getKey(), entry.getValue().asText());
      }
    }
    return texts;
  }

  private static final String NAME = "a name of 1 to 256 characters";

  private static boolean isThere(JsonNode value) {
    return !value.isMissingNode() && !value.isNull();
  }

  private static void require(boolean isFine, String member, String expected) {
    if (!isFine) {
      throw new InvalidMember(member, expected);
    }
  }
}
