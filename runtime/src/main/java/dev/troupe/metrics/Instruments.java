package dev.troupe.metrics;

import dev.troupe.engine.EngineId;
import dev.troupe.program.ModelPool;
import dev.troupe.program.Reason;
import dev.troupe.program.Usage;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import kamon.Kamon;
import kamon.metric.Counter;
import kamon.metric.Gauge;
import kamon.metric.Histogram;
import kamon.metric.MeasurementUnit;
import kamon.metric.Metric;
import kamon.metric.Timer;
import kamon.tag.TagSet;

/// Every metric of Troupe, on Kamon's core API, so that none depends on the agent. Each is described
/// in `docs/metrics.md`.
///
/// Tags have closed or configured value sets only: models, engines, outcomes. Programs and tenants
/// are never tags.
public final class Instruments {

  private static final String MODEL = "model";
  private static final String ENGINE = "engine";

  private final Metric.Counter calls =
      Kamon.counter("troupe.calls", "Calls ended, by outcome", MeasurementUnit.none());
  private final Metric.Counter arrivals =
      Kamon.counter(
          "troupe.call.arrivals", "Calls started, by how their program was recognized", none());
  private final Metric.Counter attempts =
      Kamon.counter(
          "troupe.call.retries", "Calls queued again after an engine failed them", none());
  private final Metric.Timer waiting =
      Kamon.timer("troupe.call.waiting", "Arrival of a call to its first grant");
  private final Metric.Timer duration =
      Kamon.timer("gen_ai.server.request.duration", "Arrival of a call to its end");
  private final Metric.Timer firstToken =
      Kamon.timer("gen_ai.server.time_to_first_token", "Arrival of a call to its first token");
  private final Metric.Histogram tokens =
      Kamon.histogram("gen_ai.client.token.usage", "Tokens of ended calls, by type", none());
  private final Metric.Counter cached =
      Kamon.counter("troupe.prompt.tokens", "Prompt tokens of ended calls, cached or not", none());
  private final Metric.Counter service =
      Kamon.counter(
          "troupe.service",
          "Engine time attributed to calls",
          MeasurementUnit.time().nanoseconds());
  private final Metric.Gauge queued =
      Kamon.gauge("troupe.queue.size", "Calls waiting in a scheduler, by level", none());
  private final Metric.Gauge oldest =
      Kamon.gauge(
          "troupe.queue.oldest",
          "How long the call that waits longest has waited",
          MeasurementUnit.time().nanoseconds());
  private final Metric.Counter dispatches =
      Kamon.counter("troupe.dispatches", "Calls given to an engine, by deciding rule", none());
  private final Metric.Counter promotions =
      Kamon.counter("troupe.promotions", "Dispatches of promoted calls", none());
  private final Metric.Gauge inFlight =
      Kamon.gauge("troupe.engine.in-flight", "Leases out on an engine", none());
  private final Metric.Gauge window =
      Kamon.gauge("troupe.engine.window", "Calls an engine may have in flight", none());
  private final Metric.Gauge reachable =
      Kamon.gauge("troupe.engine.reachable", "1 while the engine answers its probes", none());
  private final Metric.Counter predicted =
      Kamon.counter(
          "troupe.prefix.tokens",
          "Prompt tokens expected in, and found in, an engine's KV cache",
          none());
  private final Counter untold =
      Kamon.counter(
              "troupe.gateway.untold",
              "Things that gateways were not told of what others remember, since too many waited",
              none())
          .withoutTags();

  private final Map<ModelPool, Model> models = new ConcurrentHashMap<>();

  private static MeasurementUnit none() {
    return MeasurementUnit.none();
  }

  /// Instruments of one model: the same for each of its calls. To look them up took a fiftieth of what a call
  /// costs.
  public Model model(ModelPool pool) {
    return models.computeIfAbsent(pool, asked -> new Model(asked.model()));
  }

  /// Instruments of one engine, looked up once.
  public Engine engine(EngineId engine) {
    return new Engine(engine.value());
  }

  /// Things that another gateway will not be told, since it does not take them.
  public void untold(int things) {
    untold.increment(things);
  }

  /// Counters of one model that differ by one more tag, each looked up once.
  private static final class Tagged {

    private final Metric.Counter metric;
    private final TagSet model;
    private final String name;
    private final Map<String, Counter> byValue = new ConcurrentHashMap<>();

    Tagged(Metric.Counter metric, String model, String name) {
      this.metric = metric;
      this.model = TagSet.of(MODEL, model);
      this.name = name;
    }

    /// @param value of a closed set
    Counter of(String value) {
      // Both tags at once: a tag alone would be an instrument of its own.
      return byValue.computeIfAbsent(value, tag -> metric.withTags(model.withTag(name, tag)));
    }
  }

  /// What is measured per model.
  public final class Model {

    private final String model;
    private final Tagged arrivedBy;
    private final Tagged endedWith;
    private final Tagged dispatchedBy;
    private final Counter retried;
    private final Timer waited;
    private final Timer took;
    private final Timer began;
    private final Histogram input;
    private final Histogram output;
    private final Counter fresh;
    private final Counter reused;
    private final Counter served;
    private final Gauge oldestWait;
    private final Counter promoted;

    private Model(String model) {
      this.model = model;
      this.arrivedBy = new Tagged(arrivals, model, "source");
      this.endedWith = new Tagged(calls, model, "outcome");
      this.dispatchedBy = new Tagged(dispatches, model, "rule");
      this.retried = attempts.withTag(MODEL, model);
      this.waited = waiting.withTag(MODEL, model);
      this.took = duration.withTag(MODEL, model);
      this.began = firstToken.withTag(MODEL, model);
      this.input = tokens.withTags(tags("gen_ai.token.type", "input"));
      this.output = tokens.withTags(tags("gen_ai.token.type", "output"));
      this.fresh = cached.withTags(tags("cache", "miss"));
      this.reused = cached.withTags(tags("cache", "hit"));
      this.served = service.withTag(MODEL, model);
      this.oldestWait = oldest.withTag(MODEL, model);
      this.promoted = promotions.withTag(MODEL, model);
    }

    /// Both tags at once: a tag alone would be an instrument of its own.
    private TagSet tags(String name, String value) {
      return TagSet.of(MODEL, model).withTag(name, value);
    }

    /// @param source how the call's program was recognized, of a closed set
    public void arrived(String source) {
      arrivedBy.of(source).increment();
    }

    public void granted(long waitedNanos) {
      waited.record(waitedNanos);
    }

    public void began(long sinceArrivalNanos) {
      began.record(sinceArrivalNanos);
    }

    public void retried() {
      retried.increment();
    }

    /// A call whose answer is whole.
    public void completed(Usage usage, long serviceNanos, long sinceArrivalNanos) {
      endedWith.of("completed").increment();
      took.record(sinceArrivalNanos);
      charged(usage, serviceNanos);
    }

    /// A call that ended for a reason of ours.
    public void ended(Reason reason, long sinceArrivalNanos) {
      endedWith.of(reason.name().toLowerCase(Locale.ROOT)).increment();
      took.record(sinceArrivalNanos);
    }

    /// What a call that did not complete had used.
    public void charged(Usage usage, long serviceNanos) {
      input.record(usage.promptTokens());
      output.record(usage.outputTokens());
      fresh.increment(usage.uncachedTokens());
      reused.increment(usage.cachedTokens());
      served.increment(serviceNanos);
    }

    public void queue(int level, int size) {
      queued.withTags(tags("level", String.valueOf(level))).update(size);
    }

    public void oldestWait(long nanos) {
      oldestWait.update(nanos);
    }

    public void dispatched(String rule, boolean isPromoted) {
      dispatchedBy.of(rule).increment();
      if (isPromoted) {
        promoted.increment();
      }
    }
  }

  /// What is measured per engine.
  public final class Engine {

    private final Gauge leases;
    private final Gauge width;
    private final Gauge answers;
    private final Counter expected;
    private final Counter found;

    private Engine(String engine) {
      this.leases = inFlight.withTag(ENGINE, engine);
      this.width = window.withTag(ENGINE, engine);
      this.answers = reachable.withTag(ENGINE, engine);
      this.expected = predicted.withTags(TagSet.of(ENGINE, engine).withTag("kind", "expected"));
      this.found = predicted.withTags(TagSet.of(ENGINE, engine).withTag("kind", "found"));
    }

    public void load(int inFlight, int window) {
      leases.update(inFlight);
      width.update(window);
    }

    public void reachable(boolean isReachable) {
      answers.update(isReachable ? 1 : 0);
    }

    /// What was expected of the KV cache for one call, and what the engine reported.
    public void prefix(int expectedTokens, int foundTokens) {
      expected.increment(expectedTokens);
      found.increment(foundTokens);
    }
  }
}
