package dev.troupe.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/// The mixed load of a soak: at a steady rate, calls of programs that come, make some calls, and end;
/// of programs that come back after long; and of clients that name no program.
final class SoakLoad {

  /// Programs that come back, in turn.
  private static final int RETURNING = 500;

  /// The chance that a program ends after a call.
  private static final double ENDING = 0.125;

  private final URI target;
  private final double rate;
  private final SplittableRandom random;
  private final Queue<String> idle = new ConcurrentLinkedQueue<>();
  private final Map<SoakCall.Kind, AtomicLong> done = new ConcurrentHashMap<>();
  private final Map<String, AtomicLong> failures = new ConcurrentHashMap<>();
  private final AtomicLong failed = new AtomicLong();
  private long programs;
  private long calls;

  /// @param rate calls per second
  SoakLoad(URI target, double rate, long seed) {
    this.target = target;
    this.rate = rate;
    this.random = new SplittableRandom(seed);
  }

  /// Calls for so long, then waits until all have ended and hangs up.
  void run(Duration length) {
    try (var client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      long startNanos = System.nanoTime();
      for (long number = 0; number / rate < length.toNanos() / 1e9; number++) {
        long dueNanos = startNanos + Math.round(number * 1e9 / rate);
        for (long left = 1; left > 0; ) {
          left = dueNanos - System.nanoTime();
          LockSupport.parkNanos(Math.max(0, left));
        }
        var turn = next();
        threads.submit(() -> take(client, turn));
      }
    }
  }

  /// Calls that ended as they should, by kind.
  Map<SoakCall.Kind, AtomicLong> done() {
    return done;
  }

  long doneCalls() {
    return done.values().stream().mapToLong(AtomicLong::get).sum();
  }

  long failed() {
    return failed.get();
  }

  /// What went wrong, and how often.
  Map<String, AtomicLong> failures() {
    return failures;
  }

  /// @param stays whether its program may make another call soon
  /// @param isLast whether the program ends after it
  /// @param isDeclared whether its end is told
  private record Turn(SoakCall call, boolean stays, boolean isLast, boolean isDeclared) {}

  private Turn next() {
    var kind = SoakCall.Kind.at(random.nextDouble());
    double whose = random.nextDouble();
    Optional<String> program =
        whose < 0.1
            ? Optional.empty()
            : Optional.of(whose < 0.25 ? "returning-" + random.nextInt(RETURNING) : newest());
    boolean stays = whose >= 0.25;
    boolean isLast = stays && random.nextDouble() < ENDING;
    var call = new SoakCall(kind, program, "Call " + calls++ + ": go on.", random.nextDouble());
    return new Turn(call, stays, isLast, random.nextBoolean());
  }

  /// A program that has no call under way; a new one when there is none.
  private String newest() {
    var waiting = idle.poll();
    return waiting == null ? "program-" + programs++ : waiting;
  }

  private Void take(HttpClient client, Turn turn) throws InterruptedException {
    var failure = turn.call().make(client, target);
    if (failure.isEmpty() && turn.isLast() && turn.isDeclared()) {
      failure = end(client, turn.call().program().orElseThrow());
    }
    if (turn.stays() && !turn.isLast()) {
      turn.call().program().ifPresent(idle::add);
    }
    failure.ifPresentOrElse(
        what -> {
          failed.incrementAndGet();
          failures
              .computeIfAbsent(turn.call().kind() + ": " + what, _ -> new AtomicLong())
              .incrementAndGet();
        },
        () -> done.computeIfAbsent(turn.call().kind(), _ -> new AtomicLong()).incrementAndGet());
    return null;
  }

  private Optional<String> end(HttpClient client, String program) throws InterruptedException {
    try {
      var request =
          HttpRequest.newBuilder(target.resolve("/v1/programs/" + program)).DELETE().build();
      int status = client.send(request, BodyHandlers.discarding()).statusCode();
      // A program whose only calls were refused was never one.
      return status == 200 || status == 404
          ? Optional.empty()
          : Optional.of("its end: status " + status);
    } catch (IOException | RuntimeException e) {
      return Optional.of("its end: " + e);
    }
  }
}
