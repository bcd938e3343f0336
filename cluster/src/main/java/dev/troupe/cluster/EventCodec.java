package dev.troupe.cluster;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.troupe.run.Recorded;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/// Events of runs as they are stored: CBOR with the names of the components, so that a later version may
/// add some. What it does not know it passes over.
final class EventCodec {

  private static final ObjectMapper CBOR =
      CBORMapper.builder()
          .addModules(new Jdk8Module(), new JavaTimeModule())
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private EventCodec() {}

  static byte[] bytes(Recorded event) {
    return write(event);
  }

  /// @throws UncheckedIOException when it is of a version that this one cannot read
  static Recorded event(byte[] bytes) {
    try {
      return CBOR.readValue(bytes, Recorded.class);
    } catch (IOException unreadable) {
      throw new UncheckedIOException("an event of a run cannot be read", unreadable);
    }
  }

  static byte[] bytes(Map<String, JsonNode> metadata) {
    return write(metadata);
  }

  /// @throws UncheckedIOException when it is no such map
  static Map<String, JsonNode> metadata(byte[] bytes) {
    try {
      return CBOR.readValue(bytes, new TypeReference<Map<String, JsonNode>>() {});
    } catch (IOException unreadable) {
      throw new UncheckedIOException("the metadata of a run cannot be read", unreadable);
    }
  }

  private static byte[] write(Object value) {
    try {
      return CBOR.writeValueAsBytes(value);
    } catch (IOException impossible) {
      throw new UncheckedIOException("writing to memory", impossible);
    }
  }
}
