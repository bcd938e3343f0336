package dev.troupe.metrics;

import dev.troupe.run.RunMeasure;
import dev.troupe.run.RunMeasure.AttemptRepeated;
import dev.troupe.run.RunMeasure.RunOver;
import dev.troupe.run.RunMeasure.StepEnded;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import kamon.Kamon;
import kamon.metric.Counter;
import kamon.metric.Gauge;
import kamon.metric.MeasurementUnit;
import kamon.metric.Metric;
import kamon.metric.Timer;
import kamon.tag.TagSet;

/// Every metric of runs. Each is described in `docs/metrics.md`.
///
/// Tags have closed value sets: kinds of steps, outcomes. Runs, steps and tenants are never tags.
public final class RunInstruments {

  private static final String KIND = "kind";
  private static final String OUTCOME = "outcome";

  private final Metric.Counter runs = counter("troupe.runs", "Runs ended, by outcome");
  private final Metric.Counter alerts =
      counter("troupe.run.alerts", "Ended runs that somebody should look at");
  private final Metric.Counter steps =
      counter("troupe.run.steps", "Steps of runs ended, by outcome");
  private final Metric.Counter retries =
      counter("troupe.run.retries", "Attempts of steps that failed and are made again, by reason");
  private final Metric.Timer stepDuration =
      Kamon.timer("troupe.run.step.duration", "Starts of a step to its ends");
  private final Metric.Timer stepWaiting =
      Kamon.timer("troupe.run.step.waiting", "When a step could start to its starts");
  private final Gauge residentRuns =
      Kamon.gauge("troupe.run.resident", "Runs in memory, ended ones among them").withoutTags();
  private final Gauge residentSteps =
      Kamon.gauge("troupe.run.resident.steps", "Steps of the runs in memory").withoutTags();
  private final Metric.Counter refusals =
      counter("troupe.run.refusals", "Runs and additions refused for want of room, by what lacked");
  private final Timer runDuration =
      Kamon.timer("troupe.run.duration", "Submission of a run to its end").withoutTags();
  private final Timer stageDuration =
      Kamon.timer("troupe.run.stage.duration", "First start to last end in a stage of a run")
          .withoutTags();
  private final Counter room =
      Kamon.counter(
              "troupe.run.room",
              "Duration of ended runs times the steps that they may do at a time",
              MeasurementUnit.time().milliseconds())
          .withoutTags();

  private static Metric.Counter counter(String name, String description) {
    return Kamon.counter(name, description, MeasurementUnit.none());
  }

  public void record(RunMeasure measure) {
    switch (measure) {
      case StepEnded(var kind, var outcome, long ranMillis, long queuedMillis) -> {
        steps.withTags(TagSet.of(KIND, kind).withTag(OUTCOME, outcome)).increment();
        stepDuration.withTag(KIND, kind).record(ranMillis, TimeUnit.MILLISECONDS);
        stepWaiting.withTag(KIND, kind).record(queuedMillis, TimeUnit.MILLISECONDS);
      }
      case AttemptRepeated(var kind, var reason) ->
          retries.withTags(TagSet.of(KIND, kind).withTag("reason", reason)).increment();
      case RunOver over -> record(over);
    }
  }

  /// What this node has in memory now.
  public void resident(int runs, long steps) {
    residentRuns.update(runs);
    residentSteps.update(steps);
  }

  /// A run, or an addition to one, was refused for want of room.
  ///
  /// @param lack what there was too little of: `runs` or `steps`
  public void refused(String lack) {
    refusals.withTag("lack", lack).increment();
  }

  private void record(RunOver over) {
    var report = over.report();
    runs.withTag(OUTCOME, over.outcome()).increment();
    runDuration.record(report.wallMillis(), TimeUnit.MILLISECONDS);
    room.increment(report.wallMillis() * over.room());
    for (var stage : report.stages()) {
      stageDuration.record(stage.endMillis() - stage.startMillis(), TimeUnit.MILLISECONDS);
    }
    for (var alert : report.alerts()) {
      alerts.withTag("alert", alert.name().toLowerCase(Locale.ROOT)).increment();
    }
  }
}
