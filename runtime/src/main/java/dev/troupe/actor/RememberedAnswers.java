package dev.troupe.actor;

import dev.troupe.run.Answers;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Answers that this node has heard, for all of its runs. When there are too many it begins anew.
public final class RememberedAnswers implements Answers {

  /// Some kilobytes each.
  private static final int MOST = 1_000;

  private final Map<String, String> byKey = new ConcurrentHashMap<>();

  @Override
  public Optional<String> find(String key) {
    return Optional.ofNullable(byKey.get(key));
  }

  @Override
  public void keep(String key, String answer) {
    if (byKey.size() >= MOST) {
      byKey.clear();
    }
    byKey.put(key, answer);
  }
}
