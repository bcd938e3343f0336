package dev.troupe.run;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What a run keeps for its steps beside their results.
final class RunMemory {

  private final Map<String, JsonNode> values = new TreeMap<>();
  private final Map<String, JsonNode> signals = new TreeMap<>();
  private final Map<String, JsonNode> notes = new TreeMap<>();
  private final Map<String, String> models = new HashMap<>();

  void rememberAll(Map<String, JsonNode> all) {
    values.putAll(all);
  }

  void remember(String key, JsonNode value) {
    values.put(key, value);
  }

  void forget(String key) {
    values.remove(key);
  }

  void signal(String name, JsonNode payload) {
    signals.put(name, payload);
  }

  void note(String about, JsonNode note) {
    notes.put(about, note);
  }

  /// These models play these roles.
  void cast(Map<String, String> modelsByRole) {
    models.putAll(modelsByRole);
  }

  /// What every context begins with, by key.
  Map<String, JsonNode> values() {
    return Collections.unmodifiableMap(values);
  }

  /// The last value that was sent under each name.
  Map<String, JsonNode> signals() {
    return Collections.unmodifiableMap(signals);
  }

  /// What no step sees: for those who look at the run, by subject.
  Map<String, JsonNode> notes() {
    return Collections.unmodifiableMap(notes);
  }

  /// The models of all roles that were named.
  Map<String, String> cast() {
    return Collections.unmodifiableMap(models);
  }

  /// The model that plays a role in this run.
  Optional<String> model(String role) {
    return Optional.ofNullable(models.get(role));
  }
}
