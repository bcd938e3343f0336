package dev.troupe.chaos;

import static java.util.stream.Collectors.joining;

import dev.troupe.program.ServiceModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// What must hold after a node was lost or restarted.
final class Checks {

  /// How long before the blow programs are looked at for comparison.
  private static final Duration QUIET_WINDOW = Duration.ofSeconds(4);

  /// Examples of what went wrong that a verdict names.
  private static final int EXAMPLES = 3;

  private final Evidence evidence;
  private final Tolerance tolerance;
  private final Disturbance disturbance;
  private final List<Attempt> attempts;

  private Checks(Evidence evidence, Tolerance tolerance) {
    this.evidence = evidence;
    this.tolerance = tolerance;
    this.disturbance = evidence.disturbance();
    this.attempts = evidence.attempts();
  }

  /// @param forbidsRefusals whether no call may be refused, as when nodes leave in order
  static List<Verdict> of(
      Evidence evidence, ServiceModel model, boolean forbidsRefusals, Tolerance tolerance) {
    var checks = new Checks(evidence, tolerance);
    var verdicts = new ArrayList<Verdict>();
    var solitude = evidence.disturbance().solitude();
    if (solitude.isPresent()) {
      verdicts.add(waited(solitude.get()));
    } else if (!evidence.disturbance().outages().isEmpty()) {
      verdicts.add(checks.noticed());
    }
    verdicts.add(checks.callsCompleted());
    if (forbidsRefusals) {
      verdicts.add(checks.noneRefused());
    }
    verdicts.add(checks.executedOnce());
    verdicts.add(checks.programsKnown());
    verdicts.add(checks.serviceKept(model));
    verdicts.add(checks.cachesKept());
    verdicts.add(checks.slotsFull());
    return verdicts;
  }

  private Verdict noticed() {
    var detection = disturbance.detection();
    return new Verdict(
        "the lost node is removed in time",
        detection.isPresent() && detection.get().compareTo(tolerance.detection()) <= 0,
        detection
            .map(time -> "after %d ms".formatted(time.toMillis()))
            .orElse("never")
            .concat(" (at most %d)".formatted(tolerance.detection().toMillis())));
  }

  private static Verdict waited(Solitude solitude) {
    return new Verdict("alone, the first seed waits", solitude.isWaiting(), solitude.told());
  }

  private Verdict callsCompleted() {
    var lost =
        attempts.stream()
            .filter(attempt ->
                switch (attempt.outcome()) {
                  case CUT_BEFORE, CUT_DURING, FAILED -> !disturbance.struck(attempt);
                  case COMPLETED, REFUSED, UNREACHABLE -> false;
                })
            .toList();
    long excused =
        attempts.stream()
            .filter(
                attempt -> attempt.outcome() != Outcome.COMPLETED && disturbance.struck(attempt))
            .count();
    var givenUp = givenUp();
    return new Verdict(
        "every call that was not on a lost node completes",
        lost.isEmpty() && givenUp.isEmpty() && completed() > 0,
        "%d completed, %d on lost nodes cut off, %d others lost, %d given up%s"
            .formatted(
                completed(),
                excused,
                lost.size(),
                givenUp.size(),
                examples(
                    Stream.concat(lost.stream(), givenUp.stream()).map(Checks::told).toList())));
  }

  /// Calls whose last attempt was one that is to be repeated.
  private List<Attempt> givenUp() {
    var last = new HashMap<String, Attempt>();
    attempts.forEach(attempt -> last.put(attempt.name(), attempt));
    return last.values().stream().filter(attempt -> attempt.outcome().isTriedAgain()).toList();
  }

  private Verdict noneRefused() {
    var refused =
        attempts.stream()
            .filter(attempt ->
                switch (attempt.outcome()) {
                  case REFUSED, UNREACHABLE, CUT_BEFORE, CUT_DURING -> true;
                  case COMPLETED, FAILED -> false;
                })
            .map(Checks::told)
            .toList();
    return new Verdict(
        "no call is refused, no stream dropped",
        refused.isEmpty(),
        refused.size() + " refused or dropped" + examples(refused));
  }

  private Verdict executedOnce() {
    var marks = new TreeSet<String>();
    attempts.forEach(attempt -> marks.add(attempt.mark()));
    var repeated = marks.stream().filter(mark -> evidence.executionsOf(mark) > 1).toList();
    var unseen =
        attempts.stream()
            .filter(Attempt::isCompleted)
            .map(Attempt::mark)
            .filter(mark -> evidence.executionsOf(mark) == 0)
            .toList();
    return new Verdict(
        "no call is executed twice",
        repeated.isEmpty() && unseen.isEmpty(),
        "%d calls, %d executed more than once%s, %d completed and never seen by an engine"
            .formatted(marks.size(), repeated.size(), examples(repeated), unseen.size()));
  }

  private Verdict programsKnown() {
    long known = disturbance.beganNanos() - tolerance.lossWindow().toNanos();
    var before = new TreeSet<String>();
    attempts.stream()
        .filter(attempt -> attempt.isCompleted() && attempt.endNanos() < known)
        .forEach(attempt -> before.add(attempt.program()));
    var forgotten =
        before.stream().filter(program -> !evidence.servedNanos().containsKey(program)).toList();
    return new Verdict(
        "programs known before are known after",
        forgotten.isEmpty() && !before.isEmpty(),
        "%d of %d forgotten%s".formatted(forgotten.size(), before.size(), examples(forgotten)));
  }

  private Verdict serviceKept(ServiceModel model) {
    var wrong = new ArrayList<String>();
    var bounds = ServiceAccount.of(attempts, disturbance, tolerance.lossWindow(), model);
    bounds.forEach((program, expected) -> {
      long charged = evidence.servedNanos().getOrDefault(program, 0L);
      // Views round to microseconds.
      if (charged < expected.least() - 1000 || charged > expected.most() + 1000) {
        wrong.add(
            "%s has %d ms of %d to %d"
                .formatted(
                    program, millis(charged), millis(expected.least()), millis(expected.most())));
      }
    });
    return new Verdict(
        "attained service is off by at most the loss window",
        wrong.isEmpty(),
        "%d of %d programs off by more than the calls of %d ms%s"
            .formatted(
                wrong.size(), bounds.size(), tolerance.lossWindow().toMillis(), examples(wrong)));
  }

  private Verdict cachesKept() {
    long blowNanos = disturbance.beganNanos();
    var after =
        CacheContinuity.after(attempts, blowNanos, blowNanos + disturbance.recovery().toNanos());
    var atOnce = CacheContinuity.after(attempts, blowNanos, blowNanos);
    var quiet = attempts.stream().filter(this::isBeforeTheBlow).toList();
    long quietNanos = blowNanos - QUIET_WINDOW.toNanos();
    var before = CacheContinuity.after(quiet, quietNanos, quietNanos);
    return new Verdict(
        "%.0f %% of programs go on where their KV cache is"
            .formatted(100 * tolerance.leastContinuity()),
        after.all() > 0 && after.fraction() >= tolerance.leastContinuity(),
        "%d of %d; from the blow on %d of %d, before it %d of %d"
            .formatted(
                after.continued(),
                after.all(),
                atOnce.continued(),
                atOnce.all(),
                before.continued(),
                before.all()));
  }

  private boolean isBeforeTheBlow(Attempt attempt) {
    return attempt.endNanos() < disturbance.beganNanos();
  }

  private Verdict slotsFull() {
    return new Verdict(
        "slots return to full",
        evidence.leases() == 0 && evidence.running() == 0,
        "%d leases, %d requests left in engines".formatted(evidence.leases(), evidence.running()));
  }

  private long completed() {
    return attempts.stream().filter(Attempt::isCompleted).count();
  }

  private static String told(Attempt attempt) {
    return "%s on node %d: %s %s"
        .formatted(
            attempt.name(), attempt.node() + 1, attempt.outcome(), attempt.answer().detail());
  }

  private static String examples(List<String> all) {
    return all.isEmpty()
        ? ""
        : all.stream().limit(EXAMPLES).collect(joining("; ", " (such as ", ")"));
  }

  private static long millis(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(nanos);
  }
}
