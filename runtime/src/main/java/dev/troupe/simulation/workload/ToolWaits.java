package dev.troupe.simulation.workload;

import dev.troupe.simulation.workload.Distribution.LogNormal;
import dev.troupe.simulation.workload.Distribution.Samples;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/// Published times between two calls of an agent, in nanoseconds.
public final class ToolWaits {

  /// Tools of mini-swe-agent on SWE-Bench: 925 ± 3550 ms
  /// ([Continuum](https://arxiv.org/abs/2511.02230), workloads). The form is ours.
  public static final Distribution SOFTWARE_AGENT = new LogNormal(925e6, 3550e6);

  /// Web tools of BFCL v4: 1923 ± 2133 ms ([Continuum](https://arxiv.org/abs/2511.02230),
  /// workloads). The form is ours.
  public static final Distribution WEB_SEARCH = new LogNormal(1923e6, 2133e6);

  /// Wikipedia steps of a search on HotpotQA, as logged by lapisrocks/LanguageAgentTreeSearch,
  /// `hotpot/tot_10it.log` (MIT).
  public static final Distribution WIKIPEDIA =
      seconds(
          0.272, 0.379, 0.746, 0.767, 0.784, 0.789, 0.797, 0.799, 0.839, 0.863, 0.871, 0.89, 0.894,
          0.907, 0.959, 0.963, 0.967, 0.971, 1.043, 1.057, 1.154, 1.221, 1.225, 1.261);

  private static final Map<String, Distribution> BY_NAME = new TreeMap<>();

  static {
    BY_NAME.put("software-agent", SOFTWARE_AGENT);
    BY_NAME.put("web-search", WEB_SEARCH);
    BY_NAME.put("wikipedia", WIKIPEDIA);
  }

  private ToolWaits() {}

  /// Those of a name: `software-agent`, `web-search` or `wikipedia`.
  ///
  /// @throws IllegalArgumentException with the names there are, when there is none of this name
  public static Distribution named(String name) {
    var waits = BY_NAME.get(name);
    if (waits == null) {
      throw new IllegalArgumentException(
          "no tool waits named " + name + "; there are " + String.join(", ", BY_NAME.keySet()));
    }
    return waits;
  }

  private static Distribution seconds(double... waits) {
    return new Samples(Arrays.stream(waits).map(seconds -> seconds * 1e9).boxed().toList());
  }
}
