package dev.troupe.plan;

import com.ezylang.evalex.data.EvaluationValue;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// JSON as the values of formulas, and back.
final class FormulaValues {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private int nodes;

  private FormulaValues() {}

  /// @throws Bounds.ExceededException if it is too large to compute with
  static EvaluationValue of(JsonNode value) {
    return new FormulaValues().converted(value);
  }

  private EvaluationValue converted(JsonNode value) {
    if (++nodes > Bounds.MAX_NODES) {
      throw new Bounds.ExceededException(
          "a value has more than " + Bounds.MAX_NODES + " parts; refer to a part of it");
    }
    return switch (value.getNodeType()) {
      case BOOLEAN -> EvaluationValue.booleanValue(value.booleanValue());
      case NUMBER -> Bounds.checked(EvaluationValue.numberValue(number(value)));
      case STRING -> Bounds.checked(EvaluationValue.stringValue(value.textValue()));
      case ARRAY -> {
        List<EvaluationValue> elements = new ArrayList<>(value.size());
        value.forEach(each -> elements.add(converted(each)));
        yield EvaluationValue.arrayValue(elements);
      }
      case OBJECT -> {
        Map<String, EvaluationValue> fields = new LinkedHashMap<>();
        value.properties().forEach(each -> fields.put(each.getKey(), converted(each.getValue())));
        yield EvaluationValue.structureValue(fields);
      }
      case NULL, MISSING -> EvaluationValue.NULL_VALUE;
      case BINARY, POJO -> EvaluationValue.stringValue(value.asText());
    };
  }

  private static BigDecimal number(JsonNode value) {
    if (value.isFloat() || value.isDouble()) {
      if (!Double.isFinite(value.doubleValue())) {
        throw new Bounds.ExceededException("a value is no number");
      }
      return BigDecimal.valueOf(value.doubleValue());
    }
    return value.decimalValue();
  }

  static JsonNode json(EvaluationValue value) {
    return switch (value.getDataType()) {
      case BOOLEAN -> NODES.booleanNode(value.getBooleanValue());
      case NUMBER -> json(value.getNumberValue());
      case ARRAY -> {
        ArrayNode array = NODES.arrayNode();
        value.getArrayValue().forEach(each -> array.add(json(each)));
        yield array;
      }
      case STRUCTURE -> {
        ObjectNode object = NODES.objectNode();
        value.getStructureValue().forEach((name, each) -> object.set(name, json(each)));
        yield object;
      }
      case NULL, UNDEFINED -> NODES.nullNode();
      case STRING, DATE_TIME, DURATION, EXPRESSION_NODE, BINARY ->
          NODES.textNode(value.getStringValue());
    };
  }

  /// As the narrowest type that holds it exactly, as a reader of JSON would: `2.0` is 2.
  private static JsonNode json(BigDecimal number) {
    Bounds.checked(EvaluationValue.numberValue(number));
    if (number.signum() == 0 || number.stripTrailingZeros().scale() <= 0) {
      BigInteger whole = number.toBigInteger();
      return whole.bitLength() < Integer.SIZE
          ? NODES.numberNode(whole.intValue())
          : whole.bitLength() < Long.SIZE
              ? NODES.numberNode(whole.longValue())
              : NODES.numberNode(whole);
    }
    double nearest = number.doubleValue();
    return Double.isFinite(nearest) && BigDecimal.valueOf(nearest).compareTo(number) == 0
        ? NODES.numberNode(nearest)
        : NODES.numberNode(number);
  }
}
