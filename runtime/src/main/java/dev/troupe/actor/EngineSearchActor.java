package dev.troupe.actor;

import dev.troupe.engine.EngineDescription;
import dev.troupe.engine.EngineEndpoint.Dialect;
import dev.troupe.engine.EngineSearchSettings;
import dev.troupe.engine.FoundEngines;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/// Looks for engines on its node's host, at intervals, and says which there are.
public final class EngineSearchActor {

  public sealed interface Command {}

  private record Look() implements Command {}

  private record Looked(Map<URI, Dialect> found) implements Command {}

  private final ActorContext<Command> context;
  private final TimerScheduler<Command> timers;
  private final EngineSearchSettings settings;
  private final FoundEngines engines;
  private final Function<URI, CompletionStage<Optional<Dialect>>> recognize;
  private final Consumer<List<EngineDescription>> listener;
  private final LongSupplier clock;

  private EngineSearchActor(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      EngineSearchSettings settings,
      FoundEngines engines,
      Function<URI, CompletionStage<Optional<Dialect>>> recognize,
      Consumer<List<EngineDescription>> listener,
      LongSupplier clock) {
    this.context = context;
    this.timers = timers;
    this.settings = settings;
    this.engines = engines;
    this.recognize = recognize;
    this.listener = listener;
    this.clock = clock;
  }

  /// @param configured engines that are known without being found
  /// @param recognize asks what answers at a URL; empty when it is no engine, or nothing. Ends in some
  ///     time, and does not fail
  /// @param listener told after each look of all engines that were found and still count
  /// @param clock monotonic nanoseconds
  public static Behavior<Command> create(
      EngineSearchSettings settings,
      List<EngineDescription> configured,
      Function<URI, CompletionStage<Optional<Dialect>>> recognize,
      Consumer<List<EngineDescription>> listener,
      LongSupplier clock) {
    return Behaviors.setup(context -> {
      context.setLoggerName(EngineSearchActor.class);
      return Behaviors.withTimers(timers ->
          new EngineSearchActor(
                  context,
                  timers,
                  settings,
                  new FoundEngines(settings, configured),
                  recognize,
                  listener,
                  clock)
              .searching());
    });
  }

  private Behavior<Command> searching() {
    look();
    return Behaviors.receiveMessage(command -> {
      switch (command) {
        case Look _ -> look();
        case Looked(var found) -> onLooked(found);
      }
      return Behaviors.same();
    });
  }

  private void look() {
    var answers = new HashMap<URI, CompletableFuture<Optional<Dialect>>>();
    settings.urls().forEach(url -> answers.put(url, recognize.apply(url).toCompletableFuture()));
    var all = CompletableFuture.allOf(answers.values().toArray(CompletableFuture[]::new));
    context.pipeToSelf(all.handle((_, _) -> recognized(answers)), (found, _) -> new Looked(found));
  }

  private static Map<URI, Dialect> recognized(
      Map<URI, CompletableFuture<Optional<Dialect>>> answers) {
    var found = new HashMap<URI, Dialect>();
    answers.forEach((url, answer) -> {
      if (!answer.isCompletedExceptionally()) {
        answer.join().ifPresent(dialect -> found.put(url, dialect));
      }
    });
    return found;
  }

  private void onLooked(Map<URI, Dialect> found) {
    for (var engine : engines.seen(found, clock.getAsLong())) {
      context
          .getLog()
          .info("found an engine: {} at {}", engine.endpoint().dialect(), engine.endpoint().url());
    }
    listener.accept(engines.engines());
    timers.startSingleTimer(new Look(), settings.interval());
  }
}
