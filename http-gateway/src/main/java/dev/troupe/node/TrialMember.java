package dev.troupe.node;

import dev.troupe.front.Target;
import dev.troupe.front.Target.State;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;

/// One place of a trial cluster and the process in it: started, asked again and again whether it is
/// ready, and started again when it has ended.
///
/// Everything happens on one thread, that of the cluster.
final class TrialMember {

  private static final Duration BETWEEN_PROBES = Duration.ofMillis(200);
  private static final Duration PROBE_LIMIT = Duration.ofSeconds(1);

  /// Pause before a node is started again; doubles with every death in a row.
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  /// A life of this length makes the next death the first.
  private static final Duration HEALTHY = Duration.ofSeconds(60);

  private final TrialPlace place;
  private final TrialLaunch launch;
  private final ScheduledExecutorService thread;
  private final Runnable onChange;
  private final HttpClient http;

  private Optional<Process> process = Optional.empty();
  private State state = State.SILENT;
  private boolean isOver;
  private int deaths;
  private CompletableFuture<Done> listening = new CompletableFuture<>();
  private CompletableFuture<Done> ready = new CompletableFuture<>();
  private CompletableFuture<Done> ended = CompletableFuture.completedFuture(Done.getInstance());

  /// @param onChange told when the member's state or process is another
  TrialMember(
      TrialPlace place,
      TrialLaunch launch,
      ScheduledExecutorService thread,
      HttpClient http,
      Runnable onChange) {
    this.place = place;
    this.launch = launch;
    this.thread = thread;
    this.http = http;
    this.onChange = onChange;
  }

  TrialPlace place() {
    return place;
  }

  Optional<Long> pid() {
    return process.map(Process::pid);
  }

  Target target() {
    return new Target(place.gateway(), state);
  }

  /// Starts the process, and asks from now on whether it is ready.
  void start() {
    try {
      var started = launch.start(place);
      long startNanos = System.nanoTime();
      process = Optional.of(started);
      ended = new CompletableFuture<>();
      started.onExit().thenAcceptAsync(ended -> onEnd(ended.exitValue(), startNanos), thread);
      probe(started);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /// Completes when its gateway answers; anew for every life.
  CompletionStage<Done> listening() {
    return listening;
  }

  /// Completes when calls to it would be served; anew for every life.
  CompletionStage<Done> ready() {
    return ready;
  }

  /// Lets the node leave, for good. Completes when its process has ended.
  CompletionStage<Done> leave() {
    isOver = true;
    process.ifPresent(Process::destroy);
    return ended;
  }

  /// Lets the node leave and starts it again. Completes when it is ready.
  CompletionStage<Done> restart() {
    process.ifPresent(Process::destroy);
    return ended.thenCompose(_ -> {
      startAgain();
      return ready;
    });
  }

  void kill() {
    process.ifPresent(Process::destroyForcibly);
  }

  private void onEnd(int exitCode, long startNanos) {
    process = Optional.empty();
    listening = forNextLife(listening);
    ready = forNextLife(ready);
    become(State.SILENT);
    ended.complete(Done.getInstance());
    // A restart has waited for this end and has started the next life.
    if (!isOver && process.isEmpty()) {
      boolean wasHealthy = System.nanoTime() - startNanos > HEALTHY.toNanos();
      deaths = wasHealthy ? 1 : deaths + 1;
      var pause = pause(deaths);
      launch.say(
          place,
          "%s; it starts again in %d s; its log is %s"
              .formatted(ExitCause.of(exitCode), pause.toSeconds(), launch.log(place)));
      thread.schedule(this::startAgain, pause.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void startAgain() {
    if (isOver || process.isPresent()) {
      return;
    }
    try {
      start();
    } catch (UncheckedIOException failure) {
      deaths++;
      var pause = pause(deaths);
      launch.say(
          place,
          "cannot be started: %s; it is tried again in %d s"
              .formatted(failure.getMessage(), pause.toSeconds()));
      thread.schedule(this::startAgain, pause.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /// @param deaths in a row, at least 1
  static Duration pause(int deaths) {
    var doubled = FIRST_PAUSE.multipliedBy(1L << Math.min(deaths - 1, 10));
    return doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
  }

  private void probe(Process probed) {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + place.gatewayPort() + "/ready"))
            .timeout(PROBE_LIMIT)
            .build();
    http.sendAsync(request, BodyHandlers.discarding())
        .handle((answer, failure) -> failure == null ? stateOf(answer.statusCode()) : State.SILENT)
        .thenAcceptAsync(told -> onProbed(probed, told), thread);
  }

  private void onProbed(Process probed, State told) {
    if (process.filter(probed::equals).isPresent()) {
      become(told);
      thread.schedule(() -> probe(probed), BETWEEN_PROBES.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void become(State now) {
    if (state != now) {
      state = now;
      onChange.run();
    }
    if (now != State.SILENT) {
      listening.complete(Done.getInstance());
    }
    if (now == State.READY && ready.complete(Done.getInstance())) {
      launch.say(place, "is ready, pid " + pid().orElse(0L));
    }
  }

  /// Who waits for what this life has not brought waits on.
  private static CompletableFuture<Done> forNextLife(CompletableFuture<Done> event) {
    return event.isDone() ? new CompletableFuture<>() : event;
  }

  private static State stateOf(int status) {
    return status == 200 ? State.READY : State.ANSWERING;
  }
}
