package dev.troupe.management;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.module.paramnames.ParameterNamesModule;

/// The state of a cluster as JSON. What a newer node says in addition is passed over.
public final class StatusJson {

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .addModule(new Jdk8Module())
          .addModule(new ParameterNamesModule())
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private StatusJson() {}

  static String write(Object status) {
    try {
      return MAPPER.writeValueAsString(status);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a status that cannot be written", impossible);
    }
  }

  /// @throws IllegalArgumentException when it is no such state
  public static ClusterStatus read(String json) {
    try {
      return MAPPER.readValue(json, ClusterStatus.class);
    } catch (JsonProcessingException broken) {
      throw new IllegalArgumentException("not the status of a Troupe cluster", broken);
    }
  }
}
