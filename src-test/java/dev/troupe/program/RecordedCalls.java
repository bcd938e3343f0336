package dev.troupe.program;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.troupe.engine.EngineId;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/// Calls of one program, told to its record. Times are whole seconds on the record's clock.
final class RecordedCalls {

  static final Program.Id PROGRAM = new Program.Id(Tenant.ANYONE, "p1");
  static final ProgramSettings SETTINGS =
      new ProgramSettings(Duration.ofSeconds(3600), Duration.ofMinutes(2), 20_000, 64, 4096);
  static final EngineId ENGINE = new EngineId("e1");
  static final EngineId OTHER_ENGINE = new EngineId("e2");

  final ProgramRecord program = new ProgramRecord(PROGRAM, SETTINGS, 0);

  Priority serve(String call, long serviceSeconds, long nowNanos, String... parents) {
    var priority = submit(call, nowNanos, parents);
    grant(call, 0, nowNanos);
    end(call, serviceSeconds, nowNanos + at(serviceSeconds));
    return priority;
  }

  Priority submit(String call, long nowNanos, String... parents) {
    return program.submit(call(call, parents), "test", Optional.empty(), Standing.NEW, 0, nowNanos);
  }

  Priority submit(String call, long nowNanos, Standing hint) {
    return program.submit(call(call), "test", Optional.empty(), hint, 0, nowNanos);
  }

  void grant(String call, long waitedSeconds, long nowNanos) {
    program.granted(id(call), ENGINE, 0, false, at(waitedSeconds), nowNanos);
  }

  void end(String call, long serviceSeconds, long nowNanos) {
    program.ended(
        id(call), ENGINE, Usage.NONE, at(serviceSeconds), CallOutcome.COMPLETED, nowNanos);
  }

  static Call call(String call, String... parents) {
    return new Call(
        id(call),
        PROGRAM,
        new ModelPool("any-model"),
        100,
        10,
        PrefixChain.EMPTY,
        Stream.of(parents).map(Call.Id::new).toList());
  }

  static Call.Id id(String call) {
    return new Call.Id(call);
  }

  /// Of the first call of a stage.
  static Priority priority(long attained, long path, long waited, int stage) {
    return new Priority(at(attained), at(path), at(waited), 0, stage, true, 0, OptionalInt.empty());
  }

  static Standing standing(long attained, long path, long waited, long endedCalls) {
    return new Standing(at(attained), at(path), at(waited), endedCalls);
  }

  static long at(long seconds) {
    return SECONDS.toNanos(seconds);
  }
}
