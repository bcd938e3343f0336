package dev.troupe.run;

import com.cronutils.model.Cron;
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;

/// When something is to be done again and again. Wall-clock time; pure.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "schedule")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Schedule.Once.class, name = "once"),
  @JsonSubTypes.Type(value = Schedule.FixedRate.class, name = "fixed_rate"),
  @JsonSubTypes.Type(value = Schedule.FixedDelay.class, name = "fixed_delay"),
  @JsonSubTypes.Type(value = Schedule.ByCron.class, name = "cron")
})
public sealed interface Schedule {

  /// What has happened so far.
  ///
  /// @param fired the time for which it was last done, as [#next] gave it
  /// @param ended when that ended; empty while it goes on
  record Past(Optional<Instant> fired, Optional<Instant> ended) {

    public static final Past NONE = new Past(Optional.empty(), Optional.empty());
  }

  Duration SHORTEST = Duration.ofSeconds(1);

  /// The next time. It may be past: then it is due at once, and of several that were missed it is the
  /// last: they are made up for once.
  ///
  /// @return empty where there is none, or none before what goes on has ended
  Optional<Instant> next(Past past, Instant now);

  /// At one time.
  record Once(Instant at) implements Schedule {
    @Override
    public Optional<Instant> next(Past past, Instant now) {
      return past.fired().isPresent() ? Optional.empty() : Optional.of(at);
    }
  }

  /// At `first` and each `period` after it, however long it takes: two may go on at a time.
  record FixedRate(Instant first, Duration period) implements Schedule {
    public FixedRate {
      checkSpan(period);
    }

    @Override
    public Optional<Instant> next(Past past, Instant now) {
      Instant next = past.fired().map(fired -> fired.plus(period)).orElse(first);
      if (next.plus(period).isAfter(now)) {
        return Optional.of(next);
      }
      long missed = Duration.between(next, now).dividedBy(period);
      return Optional.of(next.plus(period.multipliedBy(missed)));
    }
  }

  /// At `first`, and then each time `delay` after the end: never two at a time.
  record FixedDelay(Instant first, Duration delay) implements Schedule {
    public FixedDelay {
      checkSpan(delay);
    }

    @Override
    public Optional<Instant> next(Past past, Instant now) {
      return past.fired().isEmpty()
          ? Optional.of(first)
          : past.ended().map(ended -> ended.plus(delay));
    }
  }

  /// At the times of a cron expression of five fields: minute, hour, day of the month, month, day of the
  /// week. What falls into the hour that a change of clocks leaves out is done at its end.
  ///
  /// @param expression such as `30 8 * * MON-FRI`
  /// @param since nothing before it
  record ByCron(String expression, ZoneId zone, Instant since) implements Schedule {

    private static final int MAX_LENGTH = 200;

    public ByCron {
      parsed(expression);
    }

    @Override
    public Optional<Instant> next(Past past, Instant now) {
      ExecutionTime times = ExecutionTime.forCron(parsed(expression));
      Instant after = past.fired().orElse(since);
      Optional<Instant> next = next(times, after);
      Optional<Instant> last =
          times.lastExecution(now.plusMillis(1).atZone(zone)).map(each -> each.toInstant());
      boolean hasMissed = next.isPresent() && last.isPresent() && last.get().isAfter(next.get());
      return hasMissed ? last : next;
    }

    private Optional<Instant> next(ExecutionTime times, Instant after) {
      return times.nextExecution(after.atZone(zone)).map(each -> each.toInstant());
    }

    /// @throws IllegalArgumentException if it is no expression, or names no time
    private static Cron parsed(String expression) {
      if (expression.length() > MAX_LENGTH) {
        throw new IllegalArgumentException(
            "a cron expression has at most " + MAX_LENGTH + " characters");
      }
      try {
        return new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX))
            .parse(expression)
            .validate();
      } catch (IllegalArgumentException | DateTimeException invalid) {
        throw new IllegalArgumentException(
            "\"" + expression + "\" is no cron expression of five fields: " + invalid.getMessage(),
            invalid);
      }
    }
  }

  private static void checkSpan(Duration span) {
    if (span.compareTo(SHORTEST) < 0) {
      throw new IllegalArgumentException("a schedule's period is at least 1 s");
    }
  }
}
