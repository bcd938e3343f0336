package dev.troupe.run;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.troupe.plan.Submission;
import java.io.IOException;
import java.io.Serial;
import java.util.Locale;
import java.util.Optional;

/// An event of a run as those who follow it read it, and those whom its webhook tells. Times are in
/// milliseconds since 1970, durations as ISO 8601 has them; names are written as in the rest of the API. What a
/// webhook's messages are signed with is left out, and with what key a run was asked for.
public final class EventJson {

  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .addModules(new Jdk8Module(), new JavaTimeModule(), lowerCaseWords())
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          // The policy's are written out, for runs that were stored without one of them.
          .enable(MapperFeature.ALLOW_EXPLICIT_PROPERTY_RENAMING)
          .serializationInclusion(JsonInclude.Include.NON_ABSENT)
          .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
          .addMixIn(Submission.Webhook.class, WithoutSecret.class)
          .build();

  private interface WithoutSecret {
    @JsonIgnore
    Optional<String> secret();
  }

  private EventJson() {}

  private static SimpleModule lowerCaseWords() {
    return new SimpleModule().addSerializer(new LowerCase());
  }

  private static final class LowerCase extends StdSerializer<Enum<?>> {

    @Serial private static final long serialVersionUID = 1L;

    LowerCase() {
      super(Enum.class, false);
    }

    @Override
    public void serialize(Enum<?> word, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeString(word.name().toLowerCase(Locale.ROOT));
    }
  }

  /// The event, with its `sequence` and the time `at` which it was.
  public static ObjectNode of(Recorded recorded) {
    var json = JSON.createObjectNode();
    json.put("sequence", recorded.sequence());
    json.put("at", recorded.atMillis());
    json.setAll((ObjectNode) JSON.valueToTree(recorded.event()));
    if (json.path("metadata") instanceof ObjectNode metadata) {
      metadata.remove(IdempotencyMarks.KEYS);
    }
    return json;
  }
}
