package dev.troupe.plan;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/// The fields of a JSON object that a user sent, each asked for by its name; what was not asked for is
/// refused at the end. A field that is null is as one that is not there.
final class Fields {

  /// Money with more digits than this on either side of the point is nonsense.
  private static final int MAX_MONEY_DIGITS = 18;

  private static final int MICRO_DIGITS = 6;
  private static final double MILLIS_PER_SECOND = 1_000;

  private final JsonNode object;
  private final String place;
  private final Set<String> asked = new LinkedHashSet<>();

  /// @throws InvalidPlanException if it is no object
  Fields(JsonNode object, String place) {
    if (!object.isObject()) {
      throw invalid("an object is expected here").at(shownPlace(place));
    }
    this.object = object;
    this.place = place;
  }

  private static String shownPlace(String place) {
    return place.isEmpty() ? "/" : place;
  }

  String place() {
    return shownPlace(place);
  }

  String place(String key) {
    return place + "/" + PlanError.shown(key.replace("~", "~0").replace("/", "~1"));
  }

  boolean has(String key) {
    return any(key).isPresent();
  }

  Optional<JsonNode> any(String key) {
    asked.add(key);
    JsonNode value = object.get(key);
    return value == null || value.isNull() ? Optional.empty() : Optional.of(value);
  }

  /// The first of several names that one thing has among dialects.
  Optional<String> firstOf(String... keys) {
    Optional<String> found = Optional.empty();
    for (String key : keys) {
      if (has(key)) {
        if (found.isPresent()) {
          throw invalid("\"" + key + "\" and \"" + found.get() + "\" mean the same; keep one")
              .at(place(key));
        }
        found = Optional.of(key);
      }
    }
    return found;
  }

  Optional<String> text(String key) {
    return any(key)
        .map(value -> {
          if (!value.isTextual()) {
            throw invalid("a text is expected here").at(place(key));
          }
          return value.textValue();
        });
  }

  String neededText(String key) {
    return text(key).filter(each -> !each.isEmpty()).orElseThrow(() -> missing(key));
  }

  JsonNode needed(String key) {
    return any(key).orElseThrow(() -> missing(key));
  }

  /// What is said where a field is missing: that it is required, or where there is one that it probably is,
  /// misspelt, that this one means nothing.
  InvalidPlanException missing(String key) {
    return misspelt(Set.of(key))
        .orElseGet(() -> invalid("\"" + key + "\" is required").at(place(key)));
  }

  /// That a field means nothing which probably is one of these, misspelt; empty where there is none.
  Optional<InvalidPlanException> misspelt(Set<String> keys) {
    return names().stream()
        .filter(name -> !asked.contains(name))
        .filter(name -> keys.stream().anyMatch(key -> UnknownKey.isMeant(name, key)))
        .findFirst()
        .map(name -> UnknownKey.of(name, keys).at(place(name)));
  }

  Optional<Boolean> flag(String key) {
    return any(key)
        .map(value -> {
          if (!value.isBoolean()) {
            throw invalid("true or false is expected here").at(place(key));
          }
          return value.booleanValue();
        });
  }

  OptionalLong wholeNumber(String key) {
    Optional<JsonNode> value = any(key);
    if (value.isEmpty()) {
      return OptionalLong.empty();
    }
    if (!value.get().isIntegralNumber() || !value.get().canConvertToLong()) {
      throw invalid("a whole number is expected here").at(place(key));
    }
    return OptionalLong.of(value.get().longValue());
  }

  OptionalInt smallNumber(String key) {
    OptionalLong value = wholeNumber(key);
    if (value.isEmpty()) {
      return OptionalInt.empty();
    }
    if (value.getAsLong() != (int) value.getAsLong()) {
      throw invalid("the number is too large").at(place(key));
    }
    return OptionalInt.of((int) value.getAsLong());
  }

  OptionalDouble number(String key) {
    Optional<JsonNode> value = any(key);
    if (value.isEmpty()) {
      return OptionalDouble.empty();
    }
    double number = value.get().isNumber() ? value.get().doubleValue() : Double.NaN;
    if (!Double.isFinite(number)) {
      throw invalid("a number is expected here").at(place(key));
    }
    return OptionalDouble.of(number);
  }

  /// Millions of an amount of money.
  OptionalLong micros(String key) {
    Optional<JsonNode> value = any(key);
    if (value.isEmpty()) {
      return OptionalLong.empty();
    }
    if (!value.get().isNumber()) {
      throw invalid("an amount of money is expected here").at(place(key));
    }
    BigDecimal amount = value.get().decimalValue();
    long digits = (long) amount.precision() - amount.scale();
    if (digits > MAX_MONEY_DIGITS - MICRO_DIGITS) {
      throw invalid("the amount is too large").at(place(key));
    }
    return OptionalLong.of(
        digits < -MAX_MONEY_DIGITS
            ? 0
            : amount.movePointRight(MICRO_DIGITS).setScale(0, RoundingMode.HALF_UP).longValue());
  }

  Optional<Duration> millis(String key) {
    OptionalLong millis = wholeNumber(key);
    return millis.isEmpty()
        ? Optional.empty()
        : Optional.of(within(key, () -> Durations.ofMillis(key, millis.getAsLong())));
  }

  Optional<Duration> seconds(String key) {
    OptionalDouble seconds = number(key);
    return seconds.isEmpty()
        ? Optional.empty()
        : Optional.of(
            within(
                key,
                () ->
                    Durations.ofMillis(
                        key, Math.round(seconds.getAsDouble() * MILLIS_PER_SECOND))));
  }

  <E extends Enum<E>> Optional<E> word(String key, Class<E> type) {
    return text(key)
        .map(text -> {
          for (E each : type.getEnumConstants()) {
            if (each.name().equalsIgnoreCase(text)) {
              return each;
            }
          }
          throw invalid("\"" + PlanError.shown(text) + "\" is none of " + words(type))
              .at(place(key));
        });
  }

  private static <E extends Enum<E>> String words(Class<E> type) {
    List<String> words = new ArrayList<>();
    for (E each : type.getEnumConstants()) {
      words.add(each.name().toLowerCase(Locale.ROOT));
    }
    return String.join(", ", words);
  }

  Optional<Fields> object(String key) {
    return any(key).map(value -> new Fields(value, place(key)));
  }

  /// The elements of an array, each read with its place; none where there is no array.
  <T> List<T> list(String key, BiFunction<JsonNode, String, T> element) {
    Optional<JsonNode> value = any(key);
    if (value.isEmpty()) {
      return List.of();
    }
    if (!value.get().isArray()) {
      throw invalid("a list is expected here").at(place(key));
    }
    List<T> elements = new ArrayList<>(value.get().size());
    for (JsonNode each : value.get()) {
      elements.add(element.apply(each, place(key) + "/" + elements.size()));
    }
    return elements;
  }

  List<String> texts(String key) {
    return list(key, Fields::textAt);
  }

  /// The names of the fields, in the order written.
  List<String> names() {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  static String textAt(JsonNode value, String place) {
    if (!value.isTextual()) {
      throw invalid("a text is expected here").at(place);
    }
    return value.textValue();
  }

  List<StepId> ids(String key) {
    return list(key, Fields::idAt);
  }

  /// A step's id: a text, or a whole number, which people write too.
  static StepId idAt(JsonNode value, String place) {
    if (!value.isTextual() && !value.isIntegralNumber()) {
      throw invalid("the id of a step is expected here").at(place);
    }
    try {
      return StepId.local(value.asText());
    } catch (InvalidPlanException invalid) {
      throw invalid.at(place);
    }
  }

  StepId id(String key) {
    return idAt(needed(key), place(key));
  }

  /// What `reading` gives; its errors are said of this field.
  <T> T within(String key, Supplier<T> reading) {
    try {
      return reading.get();
    } catch (InvalidPlanException invalid) {
      throw invalid.at(place(key));
    }
  }

  /// @throws InvalidPlanException if there is a field that was not asked for
  void done() {
    for (String name : names()) {
      if (!asked.contains(name)) {
        throw UnknownKey.of(name, asked).at(place(name));
      }
    }
  }

  static InvalidPlanException invalid(String message) {
    return InvalidPlanException.of(PlanError.Code.INVALID_INPUT, message);
  }
}
