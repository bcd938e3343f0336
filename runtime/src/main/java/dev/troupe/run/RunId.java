package dev.troupe.run;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.troupe.program.Identifiers;

/// The name of a run within its tenant: 1 to 256 characters, chosen by the client or drawn by the gateway.
public record RunId(String value) implements Comparable<RunId> {

  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public RunId {
    if (!Identifiers.isValid(value)) {
      throw new IllegalArgumentException(
          "a run id has 1 to " + Identifiers.MAX_LENGTH + " characters, none of control");
    }
  }

  @Override
  public int compareTo(RunId other) {
    return value.compareTo(other.value);
  }

  @JsonValue
  @Override
  public String toString() {
    return value;
  }
}
