package dev.troupe.simulated;

import dev.troupe.simulated.KvBlocks.Held;
import io.netty.channel.EventLoop;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;

/// Decides which requests of a simulated engine wait and run, and paces those that run.
///
/// A request takes one slot and all KV blocks it will ever need; the first that finds no room stops
/// those behind it. Prefill takes time for each prompt token that is not cached, and yields the
/// first output token; each further token takes its decode time. Running requests do not slow each
/// other down.
///
/// Confined to the engine's event loop, whose timers pace it.
final class ModelRunner {

  private final SimulatedSettings settings;
  private final EventLoop loop;
  private final Tally tally;
  private final KvBlocks blocks;
  private final PriorityQueue<Execution> waiting;
  private int running;

  ModelRunner(SimulatedSettings settings, EventLoop loop, Tally tally) {
    this.settings = settings;
    this.loop = loop;
    this.tally = tally;
    this.blocks = new KvBlocks(settings.capacity().blocks());
    var byArrival = Comparator.comparingLong(Execution::arrival);
    this.waiting =
        new PriorityQueue<>(
            settings.capacity().byPriority()
                ? Comparator.<Execution>comparingInt(execution -> execution.request().priority())
                    .thenComparing(byArrival)
                : byArrival);
  }

  boolean isFull() {
    return waiting.size() >= settings.capacity().maxWaiting();
  }

  boolean fits(SimulatedRequest request, int outputTokens) {
    return request.promptTokens() + outputTokens <= settings.capacity().maxModelTokens()
        && blocksOf(request, outputTokens) <= settings.capacity().blocks();
  }

  SimulatedStats stats() {
    return tally.stats(running, waiting.size(), blocks.use());
  }

  void submit(Execution execution) {
    tally.accepted();
    waiting.add(execution);
    startNext();
    changed();
  }

  /// The client has gone.
  void leave(Execution execution) {
    switch (execution.phase()) {
      case WAITING -> {
        waiting.remove(execution);
        execution.over();
      }
      case RUNNING -> release(execution);
      case OVER -> {
        return;
      }
    }
    tally.aborted();
    startNext();
    changed();
  }

  private void startNext() {
    while (running < settings.capacity().slots() && !waiting.isEmpty()) {
      var next = waiting.element();
      var request = next.request();
      var held = blocks.hold(request.prompt(), blocksOf(request, next.answer().output().tokens()));
      if (held.isEmpty()) {
        return;
      }
      waiting.remove();
      start(next, held.get());
    }
  }

  private void start(Execution execution, Held held) {
    execution.start(held);
    running++;
    int cachedTokens = held.found() * settings.capacity().blockTokens();
    var request = execution.request();
    tally.started(request.id(), request.promptTokens(), cachedTokens);
    if (execution.fault() instanceof Fault.Hang) {
      return;
    }
    long prefillNanos =
        (request.promptTokens() - cachedTokens) * settings.work().prefillNanosPerToken();
    execution.await(loop.schedule(() -> prefilled(execution), prefillNanos, TimeUnit.NANOSECONDS));
  }

  private void prefilled(Execution execution) {
    if (execution.fault() instanceof Fault.BreakBeforeFirstByte) {
      breakOff(execution);
      return;
    }
    blocks.publish(execution.held());
    execution.prefilled(System.nanoTime());
    decode(execution);
  }

  /// Emits what is ready, one event per chunk, and comes back for the rest.
  private void decode(Execution execution) {
    long perToken = settings.work().decodeNanosPerToken();
    int ready = execution.ready(System.nanoTime(), perToken);
    for (int next = nextStop(execution); next <= ready; next = nextStop(execution)) {
      execution.answer().tokens(execution.emitted(), next);
      execution.emitted(next);
      if (isCutOff(execution)) {
        cutOff(execution);
        return;
      }
      if (next == execution.answer().output().tokens()) {
        finish(execution);
        return;
      }
      if (perToken == 0) {
        break;
      }
    }
    execution.answer().flush();
    long delayNanos = execution.readyNanos(nextStop(execution), perToken) - System.nanoTime();
    execution.await(
        delayNanos <= 0
            ? loop.submit(() -> decode(execution))
            : loop.schedule(() -> decode(execution), delayNanos, TimeUnit.NANOSECONDS));
  }

  /// The number of tokens at which something has to be done next.
  private int nextStop(Execution execution) {
    int all = execution.answer().output().tokens();
    int step = execution.request().options().streamed() ? settings.work().tokensPerChunk() : all;
    int next = Math.min(all, execution.emitted() + step);
    int cut = cutAfter(execution.fault());
    return cut > execution.emitted() ? Math.min(next, cut) : next;
  }

  private static boolean isCutOff(Execution execution) {
    return execution.emitted() >= cutAfter(execution.fault());
  }

  private static int cutAfter(Fault fault) {
    return switch (fault) {
      case Fault.BreakMidStream(int afterTokens) -> afterTokens;
      case Fault.ErrorEvent(int afterTokens) -> afterTokens;
      case Fault.None _,
          Fault.Refuse _,
          Fault.BreakBeforeFirstByte _,
          Fault.Status _,
          Fault.Hang _ ->
          Integer.MAX_VALUE;
    };
  }

  private void cutOff(Execution execution) {
    if (execution.fault() instanceof Fault.ErrorEvent) {
      execution.answer().error();
      end(execution);
    } else {
      execution.answer().flush();
      breakOff(execution);
    }
  }

  private void breakOff(Execution execution) {
    end(execution);
    execution.answer().breakOff();
  }

  private void end(Execution execution) {
    release(execution);
    tally.broken();
    startNext();
    changed();
  }

  private void finish(Execution execution) {
    int cachedTokens = execution.cachedBlocks() * settings.capacity().blockTokens();
    execution.answer().finish(cachedTokens);
    release(execution);
    tally.finished(execution.emitted());
    startNext();
    changed();
  }

  private void release(Execution execution) {
    execution.over();
    blocks.release(execution.held());
    running--;
  }

  private int blocksOf(SimulatedRequest request, int outputTokens) {
    return Math.ceilDiv(request.promptTokens() + outputTokens, settings.capacity().blockTokens());
  }

  private void changed() {
    if (tally.isWatched()) {
      tally.show(stats());
    }
  }
}
