package dev.troupe.schedule;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.troupe.engine.EngineId;
import dev.troupe.program.Call;
import dev.troupe.program.ModelPool;
import dev.troupe.program.PrefixChain;
import dev.troupe.program.Priority;
import dev.troupe.program.Program;
import dev.troupe.program.Tenant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/// A waiting call of which a test says only what matters to it; times in seconds.
record WaitingCall(
    String id,
    String program,
    Priority priority,
    long arrivalNanos,
    int promptTokens,
    int outputTokens,
    PrefixChain prefix,
    Set<EngineId> excluded,
    Optional<EngineId> lastEngine) {

  /// A call of a program of its own that has received nothing.
  static WaitingCall of(String id) {
    return new WaitingCall(
        id,
        "program-of-" + id,
        Priority.NEWCOMER,
        0,
        100,
        10,
        PrefixChain.EMPTY,
        Set.of(),
        Optional.empty());
  }

  static EngineId engine(String name) {
    return new EngineId(name);
  }

  static Call.Id id(String id) {
    return new Call.Id(id);
  }

  static Program.Id programId(String program) {
    return new Program.Id(Tenant.ANYONE, program);
  }

  WaitingCall ofProgram(String name) {
    return new WaitingCall(
        id, name, priority, arrivalNanos, promptTokens, outputTokens, prefix, excluded, lastEngine);
  }

  WaitingCall attained(double seconds) {
    return standing(nanos(seconds), priority.pathNanos(), priority.waitedNanos());
  }

  WaitingCall path(double seconds) {
    return standing(priority.attainedNanos(), nanos(seconds), priority.waitedNanos());
  }

  WaitingCall waitedBefore(double seconds) {
    return standing(priority.attainedNanos(), priority.pathNanos(), nanos(seconds));
  }

  private WaitingCall standing(long attainedNanos, long pathNanos, long waitedNanos) {
    return with(
        new Priority(
            attainedNanos,
            pathNanos,
            waitedNanos,
            priority.ownNanos(),
            priority.stage(),
            priority.beginsStage(),
            priority.ofProgram(),
            priority.remainingCalls()));
  }

  WaitingCall own(double seconds) {
    return with(
        new Priority(
            priority.attainedNanos(),
            priority.pathNanos(),
            priority.waitedNanos(),
            nanos(seconds),
            priority.stage(),
            priority.beginsStage(),
            priority.ofProgram(),
            priority.remainingCalls()));
  }

  /// Of a stage of its program, counted from 0.
  WaitingCall stage(int stage) {
    return with(
        new Priority(
            priority.attainedNanos(),
            priority.pathNanos(),
            priority.waitedNanos(),
            priority.ownNanos(),
            stage,
            priority.beginsStage(),
            priority.ofProgram(),
            priority.remainingCalls()));
  }

  /// Of a program that matters so much.
  WaitingCall priority(int ofProgram) {
    return with(
        new Priority(
            priority.attainedNanos(),
            priority.pathNanos(),
            priority.waitedNanos(),
            priority.ownNanos(),
            priority.stage(),
            priority.beginsStage(),
            ofProgram,
            priority.remainingCalls()));
  }

  /// Of a program that says how many calls are to come after it.
  WaitingCall remaining(int calls) {
    return with(
        new Priority(
            priority.attainedNanos(),
            priority.pathNanos(),
            priority.waitedNanos(),
            priority.ownNanos(),
            priority.stage(),
            priority.beginsStage(),
            priority.ofProgram(),
            OptionalInt.of(calls)));
  }

  WaitingCall arrivingAt(double seconds) {
    return new WaitingCall(
        id,
        program,
        priority,
        nanos(seconds),
        promptTokens,
        outputTokens,
        prefix,
        excluded,
        lastEngine);
  }

  WaitingCall tokens(int prompt, int output) {
    return new WaitingCall(
        id, program, priority, arrivalNanos, prompt, output, prefix, excluded, lastEngine);
  }

  /// @param boundaries hash of the prompt up to every thousand tokens
  WaitingCall prefix(long... boundaries) {
    var tokens = new int[boundaries.length];
    for (int index = 0; index < tokens.length; index++) {
      tokens[index] = 1000 * (index + 1);
    }
    return new WaitingCall(
        id,
        program,
        priority,
        arrivalNanos,
        promptTokens,
        outputTokens,
        new PrefixChain(boundaries, tokens),
        excluded,
        lastEngine);
  }

  WaitingCall excluding(String... engines) {
    return new WaitingCall(
        id,
        program,
        priority,
        arrivalNanos,
        promptTokens,
        outputTokens,
        prefix,
        Set.of(engines).stream().map(EngineId::new).collect(Collectors.toUnmodifiableSet()),
        lastEngine);
  }

  WaitingCall lastOn(String engine) {
    return new WaitingCall(
        id,
        program,
        priority,
        arrivalNanos,
        promptTokens,
        outputTokens,
        prefix,
        excluded,
        Optional.of(new EngineId(engine)));
  }

  Waiting build() {
    return new Waiting(
        new Call(
            id(id),
            programId(program),
            new ModelPool("any-model"),
            promptTokens,
            outputTokens,
            prefix,
            List.of()),
        priority,
        arrivalNanos,
        excluded,
        lastEngine);
  }

  static long nanos(double seconds) {
    return (long) (seconds * SECONDS.toNanos(1));
  }

  private WaitingCall with(Priority changed) {
    return new WaitingCall(
        id,
        program,
        changed,
        arrivalNanos,
        promptTokens,
        outputTokens,
        prefix,
        excluded,
        lastEngine);
  }
}
