package dev.troupe.node;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import dev.troupe.simulation.workload.ToolWaits;
import dev.troupe.simulation.workload.WaitRule;
import java.util.Map;

/// What `--tool-waits` can say: `recorded`, `none`, a cap such as `cap=60s`, or published times to draw
/// from, such as `drawn=web-search`. Waits that were not recorded are those of a software agent.
final class WaitText {

  private static final String CAP = "cap=";
  private static final String DRAWN = "drawn=";

  private WaitText() {}

  /// @throws IllegalArgumentException when it says something else
  static WaitRule rule(String text) {
    if (text.startsWith(CAP)) {
      return new WaitRule.Capped(nanos(text.substring(CAP.length())), ToolWaits.SOFTWARE_AGENT);
    }
    if (text.startsWith(DRAWN)) {
      return new WaitRule.Drawn(ToolWaits.named(text.substring(DRAWN.length())));
    }
    return switch (text) {
      case "recorded" -> WaitRule.asRecorded();
      case "none" -> new WaitRule.None();
      default ->
          throw new IllegalArgumentException(
              "expected recorded, none, cap=60s or drawn=web-search, not " + text);
    };
  }

  private static long nanos(String duration) {
    try {
      long nanos = ConfigFactory.parseMap(Map.of("cap", duration)).getDuration("cap").toNanos();
      if (nanos >= 0) {
        return nanos;
      }
      throw new IllegalArgumentException(wrong(duration));
    } catch (ConfigException bad) {
      throw new IllegalArgumentException(wrong(duration), bad);
    }
  }

  private static String wrong(String duration) {
    return "expected a duration such as cap=60s, not cap=" + duration;
  }
}
