package dev.troupe.embedded;

import dev.troupe.embedded.EngineProcess.Launch;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/// Starts the embedded engine's process and keeps it running.
///
/// ```
/// loading ──healthy──► serving ──┐
///    ▲  └────────died────────────┤
///    └──backoff── waiting ◄──────┘──too often──► given up
/// ```
///
/// A process that has died is started again on the same port, later with every death in a row, so
/// that whoever knows the engine's address finds it there again.
public final class EmbeddedEngineActor {

  private static final Duration LOOK = Duration.ofMillis(50);

  public sealed interface Command {}

  /// Ends the process and this actor.
  ///
  /// @param replyTo told when the process has ended
  public record Stop(ActorRef<Done> replyTo) implements Command {}

  /// The process of that number has ended.
  private record Exited(int start, int exitCode) implements Command {}

  private record Asked(int start, boolean healthy) implements Command {}

  private record Look(int start) implements Command {}

  private record LoadingTimedOut(int start) implements Command {}

  private record Restart() implements Command {}

  private record Kill() implements Command {}

  /// What happens to the engine.
  public sealed interface Event {}

  /// @param pid of its process
  /// @param loading from the start of the process until it served
  public record Serving(long pid, Duration loading) implements Event {}

  /// It has died and is started again.
  public record Lost(int exitCode, Duration restartIn) implements Event {}

  /// It stays down.
  ///
  /// @param why one line that says what to do
  public record GivenUp(String why) implements Event {}

  /// A process and its place in the row of starts.
  ///
  /// @param deaths in a row before this start
  private record Run(EngineProcess process, int start, int deaths, long startedNanos) {}

  static Behavior<Command> create(
      Launch launch, EmbeddedEngineSettings settings, ActorRef<Event> listener) {
    return Behaviors.setup(context -> {
      context.setLoggerName(EmbeddedEngineActor.class);
      return Behaviors.withTimers(timers ->
          new EmbeddedEngineActor(context, timers, launch, settings, listener).start(1, 0));
    });
  }

  private final ActorContext<Command> context;
  private final TimerScheduler<Command> timers;
  private final Launch launch;
  private final EmbeddedEngineSettings settings;
  private final ActorRef<Event> listener;
  private final HealthCheck health;

  private EmbeddedEngineActor(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Launch launch,
      EmbeddedEngineSettings settings,
      ActorRef<Event> listener) {
    this.context = context;
    this.timers = timers;
    this.launch = launch;
    this.settings = settings;
    this.listener = listener;
    this.health = new HealthCheck(launch.url());
  }

  private Behavior<Command> start(int start, int deaths) {
    try {
      var process = EngineProcess.start(launch);
      context.pipeToSelf(process.exit(), (exitCode, _) -> new Exited(start, exitCode));
      timers.startTimerWithFixedDelay("look", new Look(start), LOOK);
      timers.startSingleTimer("stuck", new LoadingTimedOut(start), settings.startTimeout());
      return loading(new Run(process, start, deaths, System.nanoTime()));
    } catch (IOException failure) {
      return giveUp("cannot start the embedded engine: " + failure.getMessage());
    }
  }

  private Behavior<Command> loading(Run run) {
    return receiving(
        run,
        command ->
            switch (command) {
              case Look(int start) when start == run.start() -> look(run);
              case Asked(int start, boolean healthy) when start == run.start() && healthy ->
                  serve(run);
              case LoadingTimedOut(int start) when start == run.start() -> {
                run.process().kill();
                yield Behaviors.same();
              }
              case Exited(_, int exitCode) -> died(run, exitCode, 0);
              case Stop(var replyTo) -> stop(run, replyTo);
              case Look _, Asked _, LoadingTimedOut _, Restart _, Kill _ -> Behaviors.same();
            });
  }

  private Behavior<Command> serving(Run run, long servingSinceNanos) {
    return receiving(
        run,
        command ->
            switch (command) {
              case Exited(_, int exitCode) ->
                  died(run, exitCode, System.nanoTime() - servingSinceNanos);
              case Stop(var replyTo) -> stop(run, replyTo);
              case Look _, Asked _, LoadingTimedOut _, Restart _, Kill _ -> Behaviors.same();
            });
  }

  private Behavior<Command> waiting(int start, int deaths) {
    return Behaviors.receiveMessage(command ->
        switch (command) {
          case Restart _ -> start(start + 1, deaths);
          case Stop(var replyTo) -> ended(replyTo);
          case Exited _, Look _, Asked _, LoadingTimedOut _, Kill _ -> Behaviors.same();
        });
  }

  private Behavior<Command> givenUp() {
    return Behaviors.receiveMessage(command ->
        switch (command) {
          case Stop(var replyTo) -> ended(replyTo);
          case Exited _, Look _, Asked _, LoadingTimedOut _, Restart _, Kill _ -> Behaviors.same();
        });
  }

  private Behavior<Command> stopping(Run run, ActorRef<Done> replyTo) {
    return receiving(
        run,
        command ->
            switch (command) {
              case Exited _ -> ended(replyTo);
              case Kill _ -> {
                run.process().kill();
                yield Behaviors.same();
              }
              case Stop(var another) -> stopping(run, another);
              case Look _, Asked _, LoadingTimedOut _, Restart _ -> Behaviors.same();
            });
  }

  private Behavior<Command> look(Run run) {
    context.pipeToSelf(
        health.ask(), (healthy, _) -> new Asked(run.start(), Boolean.TRUE.equals(healthy)));
    return Behaviors.same();
  }

  private Behavior<Command> serve(Run run) {
    timers.cancelAll();
    long nowNanos = System.nanoTime();
    var loading = Duration.ofNanos(nowNanos - run.startedNanos());
    context
        .getLog()
        .info("embedded engine serves {} after {} ms", launch.alias(), loading.toMillis());
    listener.tell(new Serving(run.process().pid(), loading));
    return serving(run, nowNanos);
  }

  private Behavior<Command> died(Run run, int exitCode, long servedNanos) {
    timers.cancelAll();
    if (exitCode == EngineProcess.CANNOT_LOAD) {
      return giveUp("cannot load " + launch.files().model() + ": see " + launch.log());
    }
    int deaths = settings.restarts().deathsAfter(run.deaths(), servedNanos);
    Optional<Duration> backoff = settings.restarts().backoff(deaths);
    if (backoff.isEmpty()) {
      return giveUp(
          "the embedded engine died "
              + deaths
              + " times in a row, at last with exit code "
              + exitCode
              + ": see "
              + launch.log());
    }
    context.getLog().warn("embedded engine died with {}; again in {}", exitCode, backoff.get());
    listener.tell(new Lost(exitCode, backoff.get()));
    timers.startSingleTimer("restart", new Restart(), backoff.get());
    return waiting(run.start(), deaths);
  }

  private Behavior<Command> giveUp(String why) {
    context.getLog().warn("{}", why);
    listener.tell(new GivenUp(why));
    return givenUp();
  }

  private Behavior<Command> stop(Run run, ActorRef<Done> replyTo) {
    timers.cancelAll();
    run.process().stop();
    timers.startSingleTimer("kill", new Kill(), settings.stopGrace());
    return stopping(run, replyTo);
  }

  private Behavior<Command> ended(ActorRef<Done> replyTo) {
    health.close();
    replyTo.tell(Done.getInstance());
    return Behaviors.stopped();
  }

  /// A phase with a process: it does not outlive this actor.
  private Behavior<Command> receiving(Run run, Function<Command, Behavior<Command>> onCommand) {
    return Behaviors.receive(Command.class)
        .onMessage(Command.class, onCommand::apply)
        .onSignal(
            PostStop.class,
            _ -> {
              run.process().kill();
              health.close();
              return Behaviors.same();
            })
        .build();
  }
}
