package dev.troupe.actor;

import dev.troupe.engine.EngineEndpoint;
import dev.troupe.engine.EngineStatus;
import dev.troupe.engine.Lease;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// Engines played by the test: it sees what is run, and answers when it likes.
final class FakeEngines implements EngineClient {

  final BlockingQueue<Run> runs = new LinkedBlockingQueue<>();
  final BlockingQueue<CompletableFuture<EngineStatus>> probes = new LinkedBlockingQueue<>();

  @Override
  public Running run(Lease lease, CallRequest request, Observer observer) {
    var run = new Run(lease, observer);
    runs.add(run);
    return run;
  }

  @Override
  public CompletionStage<EngineStatus> probe(EngineEndpoint engine) {
    var answer = new CompletableFuture<EngineStatus>();
    probes.add(answer);
    return answer;
  }

  Run nextRun() {
    return next(runs);
  }

  CompletableFuture<EngineStatus> nextProbe() {
    return next(probes);
  }

  private static <T> T next(BlockingQueue<T> queue) {
    try {
      var next = queue.poll(30, TimeUnit.SECONDS);
      if (next == null) {
        throw new AssertionError("nothing was asked of the engine");
      }
      return next;
    } catch (InterruptedException interrupted) {
      throw new AssertionError(interrupted);
    }
  }

  /// A call on the fake engine.
  static final class Run implements Running {

    final Lease lease;
    final Observer observer;
    final CompletableFuture<EngineAnswer> answer = new CompletableFuture<>();
    final CompletableFuture<Void> aborted = new CompletableFuture<>();

    private Run(Lease lease, Observer observer) {
      this.lease = lease;
      this.observer = observer;
    }

    @Override
    public CompletionStage<EngineAnswer> answer() {
      return answer;
    }

    @Override
    public void abort() {
      aborted.complete(null);
    }
  }
}
