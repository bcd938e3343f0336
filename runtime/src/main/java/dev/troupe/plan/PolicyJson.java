package dev.troupe.plan;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// Reads policies of runs and of steps. The fields of the runtime predecessor keep their names and
/// meaning; the rest adds to them.
final class PolicyJson {

  private static final int DEFAULT_BASE_MILLIS = 500;
  private static final int DEFAULT_MAX_MILLIS = 30_000;
  private static final double DEFAULT_FACTOR = 2;

  private PolicyJson() {}

  /// The policy of a run, where fields are missing as `usual` has them.
  static RunPolicy run(Optional<Fields> sent, RunPolicy usual) {
    if (sent.isEmpty()) {
      return usual;
    }
    Fields fields = sent.get();
    OptionalInt parallelism = fields.smallNumber("max_parallelism");
    OptionalDouble rate = fields.number("max_tasks_per_second");
    OptionalDouble threshold = fields.number("failure_threshold");
    boolean isUnlimited = fields.any("timeout_ms").filter(PolicyJson::isZero).isPresent();
    Optional<Duration> timeout = isUnlimited ? Optional.empty() : fields.millis("timeout_ms");
    Optional<Duration> stepTimeout = fields.millis("task_timeout_ms");
    Optional<Duration> stageTimeout = fields.millis("stage_timeout_ms");
    Optional<RunPolicy.FailureMode> failureMode = failureMode(fields);
    Budget budget = fields.object("budget_limit").map(PolicyJson::budget).orElse(usual.budget());
    ContextPolicy context =
        fields.object("context_policy").map(PolicyJson::context).orElse(usual.context());
    Optional<RunPolicy.Durability> durability =
        fields.word("durability", RunPolicy.Durability.class);
    Optional<RunPolicy.Mode> mode = fields.word("mode", RunPolicy.Mode.class);
    Optional<RunPolicy.Order> order = fields.word("order", RunPolicy.Order.class);
    fields.done();
    try {
      return new RunPolicy(
          timeout.or(usual::timeout),
          stepTimeout.or(usual::stepTimeout),
          stageTimeout.or(usual::stageTimeout),
          parallelism.orElse(usual.maxParallelism()),
          rate.isPresent() ? rate : usual.maxTasksPerSecond(),
          failureMode.orElse(usual.failureMode()),
          threshold.isPresent() ? threshold : usual.failureThreshold(),
          budget,
          context,
          durability.orElse(usual.durability()),
          mode.orElse(usual.mode()),
          order.orElse(usual.order()));
    } catch (InvalidPlanException invalid) {
      throw invalid.at(fields.place());
    }
  }

  /// The predecessor's clients send 0 for no limit.
  private static boolean isZero(JsonNode value) {
    return value.isIntegralNumber() && value.canConvertToLong() && value.longValue() == 0;
  }

  /// `continue` is what some call it when only the dependents of a failure are not run.
  private static Optional<RunPolicy.FailureMode> failureMode(Fields fields) {
    return fields.text("failure_mode").filter("continue"::equalsIgnoreCase).isPresent()
        ? Optional.of(RunPolicy.FailureMode.ISOLATE)
        : fields.word("failure_mode", RunPolicy.FailureMode.class);
  }

  static Budget budget(Fields fields) {
    OptionalLong micros = fields.micros("amount");
    String currency =
        fields.text("currency").filter(each -> !each.isEmpty()).orElse(Budget.DEFAULT_CURRENCY);
    OptionalLong tokens = fields.wholeNumber("tokens");
    OptionalInt calls = fields.smallNumber("calls");
    fields.done();
    if (micros.isEmpty() && tokens.isEmpty() && calls.isEmpty()) {
      throw Fields.invalid("budget_limit.amount is required, or tokens or calls")
          .at(fields.place());
    }
    try {
      return new Budget(micros, currency, tokens, calls);
    } catch (InvalidPlanException invalid) {
      throw invalid.at(fields.place());
    }
  }

  /// A limit without a strategy truncates, as it must mean something.
  private static ContextPolicy context(Fields fields) {
    OptionalLong sent = fields.wholeNumber("max_tokens");
    OptionalLong maxTokens =
        sent.isPresent() && sent.getAsLong() == 0 ? OptionalLong.empty() : sent;
    Optional<ContextPolicy.Strategy> strategy =
        fields.text("strategy").filter(String::isEmpty).isPresent()
            ? Optional.empty()
            : fields.word("strategy", ContextPolicy.Strategy.class);
    int keepLastN = fields.smallNumber("keep_last_n").orElse(0);
    fields.done();
    try {
      return new ContextPolicy(
          maxTokens,
          strategy.orElse(
              maxTokens.isPresent()
                  ? ContextPolicy.Strategy.TRUNCATE
                  : ContextPolicy.Strategy.NONE),
          keepLastN);
    } catch (InvalidPlanException invalid) {
      throw invalid.at(fields.place());
    }
  }

  /// The policy of a step, among the step's own fields.
  ///
  /// @param usual what its kind has where it says nothing
  static StepPolicy step(Fields fields, StepPolicy usual) {
    Retry retry = fields.object("retry").map(PolicyJson::retry).orElse(usual.retry());
    Optional<Duration> timeout = fields.millis("timeout_ms");
    Optional<Duration> idle = fields.millis("idle_timeout_ms");
    Optional<Repeat> repeat = fields.word("repeat", Repeat.class);
    Optional<Boolean> optional = fields.flag("optional");
    OptionalInt priority = fields.smallNumber("priority");
    Optional<String> key = fields.text("concurrency_key");
    Optional<Duration> expected = fields.millis("expected_ms");
    OptionalLong tokens = fields.wholeNumber("expected_tokens");
    try {
      StepPolicy policy =
          new StepPolicy(
              retry,
              timeout,
              idle,
              repeat.orElse(usual.repeat()),
              optional.orElse(false),
              priority.orElse(0),
              key,
              expected,
              tokens);
      return policy.equals(usual) ? usual : policy;
    } catch (InvalidPlanException invalid) {
      throw invalid.at(fields.place());
    }
  }

  /// Listed pauses (`backoff_ms`) or growing ones (`base_ms`, `max_ms`, `factor`), or a preset by name.
  private static Retry retry(Fields fields) {
    Optional<String> preset = fields.text("preset");
    OptionalInt retries = fields.smallNumber("max_retries");
    List<Duration> listed =
        fields.list(
            "backoff_ms",
            (value, place) -> {
              if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < 0) {
                throw Fields.invalid("a pause in whole milliseconds is expected here").at(place);
              }
              return Duration.ofMillis(value.intValue());
            });
    OptionalInt base = fields.smallNumber("base_ms");
    OptionalInt max = fields.smallNumber("max_ms");
    OptionalDouble factor = fields.number("factor");
    double jitter = fields.number("jitter").orElse(0);
    fields.done();
    boolean grows = base.isPresent() || max.isPresent() || factor.isPresent();
    if (grows && !listed.isEmpty()) {
      throw Fields.invalid("a retry has either backoff_ms or base_ms, max_ms and factor")
          .at(fields.place());
    }
    try {
      if (preset.isPresent()) {
        Retry named = preset(preset.get());
        return new Retry(
            retries.orElse(named.maxRetries()),
            named.delays(),
            named.factor(),
            named.maxDelay(),
            named.jitter());
      }
      if (!listed.isEmpty()) {
        Retry plain = Retry.listed(retries.orElse(listed.size()), listed);
        return new Retry(
            plain.maxRetries(), plain.delays(), plain.factor(), plain.maxDelay(), jitter);
      }
      return Retry.exponential(
          retries.orElse(Retry.DEFAULT.maxRetries()),
          Duration.ofMillis(base.orElse(DEFAULT_BASE_MILLIS)),
          Duration.ofMillis(max.orElse(Math.max(DEFAULT_MAX_MILLIS, base.orElse(0)))),
          factor.orElse(DEFAULT_FACTOR),
          jitter);
    } catch (InvalidPlanException invalid) {
      throw invalid.at(fields.place());
    }
  }

  private static Retry preset(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "none" -> Retry.NONE;
      case "default" -> Retry.DEFAULT;
      case "udf" -> Retry.UDF;
      case "turbo" -> Retry.TURBO;
      case "dragonscale" -> Retry.DRAGONSCALE;
      default -> throw Fields.invalid("preset is one of none, default, udf, turbo and dragonscale");
    };
  }
}
