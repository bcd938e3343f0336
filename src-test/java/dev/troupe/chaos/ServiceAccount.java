package dev.troupe.chaos;

import dev.troupe.program.ServiceModel;
import dev.troupe.program.Usage;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What each program must have been charged, by what its clients saw.
final class ServiceAccount {

  private ServiceAccount() {}

  /// Bounds of what a program was charged, in nanoseconds of engine time.
  ///
  /// @param least without what the loss window may cost
  /// @param most with all that calls which did not end may have cost
  record Bounds(long least, long most) {

    static final Bounds NONE = new Bounds(0, 0);

    boolean contain(long nanos) {
      return nanos >= least && nanos <= most;
    }

    private Bounds plus(Bounds more) {
      return new Bounds(least + more.least, most + more.most);
    }
  }

  /// The bounds of each program that made a call.
  ///
  /// @param lossWindow before the loss of a node, in which what ended may be lost
  static Map<String, Bounds> of(
      List<Attempt> attempts, Disturbance disturbance, Duration lossWindow, ServiceModel model) {
    var bounds = new HashMap<String, Bounds>();
    for (var attempt : attempts) {
      bounds.merge(attempt.program(), of(attempt, disturbance, lossWindow, model), Bounds::plus);
    }
    return bounds;
  }

  private static Bounds of(
      Attempt attempt, Disturbance disturbance, Duration lossWindow, ServiceModel model) {
    return switch (attempt.outcome()) {
      case COMPLETED -> {
        long nanos = model.serviceNanos(attempt.answer().usage(), 0);
        yield new Bounds(mayBeLost(attempt, disturbance, lossWindow) ? 0 : nanos, nanos);
      }
      case REFUSED, UNREACHABLE -> Bounds.NONE;
      case CUT_BEFORE, CUT_DURING, FAILED -> new Bounds(0, worst(attempt, model));
    };
  }

  /// Whether the call ended within the loss window, or on a node that was removed before it could say
  /// so, as one that was paused.
  private static boolean mayBeLost(Attempt attempt, Disturbance disturbance, Duration lossWindow) {
    return disturbance.struck(attempt)
        || disturbance.outages().stream()
            .anyMatch(outage -> outage.mayHaveTaken(attempt, lossWindow.toNanos()));
  }

  /// All of the prompt, which engines count a little longer than the trace, and all of the output; or
  /// the clock, by which calls are charged that their clients leave.
  private static long worst(Attempt attempt, ServiceModel model) {
    var plan = attempt.plan();
    var usage = new Usage(2 * plan.trace().promptTokens() + 64, 0, plan.outputTokens());
    return Math.max(model.serviceNanos(usage, 0), attempt.endNanos() - attempt.sentNanos());
  }
}
