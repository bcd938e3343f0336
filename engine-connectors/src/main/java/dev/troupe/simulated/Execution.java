package dev.troupe.simulated;

import dev.troupe.simulated.KvBlocks.Held;
import io.netty.util.concurrent.Future;
import java.util.Optional;

/// One completion request on a simulated engine, from its arrival to its end. Confined to the
/// engine's event loop, which alone changes it.
final class Execution {

  enum Phase {
    WAITING,
    RUNNING,
    OVER
  }

  private final SimulatedRequest request;
  private final Fault fault;
  private final AnswerWriter answer;
  private final long arrival;

  private Phase phase = Phase.WAITING;
  private Optional<Held> held = Optional.empty();
  private Optional<Future<?>> timer = Optional.empty();
  private long firstTokenNanos;
  private int emitted;

  /// @param arrival rises with each request
  Execution(SimulatedRequest request, Fault fault, AnswerWriter answer, long arrival) {
    this.request = request;
    this.fault = fault;
    this.answer = answer;
    this.arrival = arrival;
  }

  SimulatedRequest request() {
    return request;
  }

  Fault fault() {
    return fault;
  }

  AnswerWriter answer() {
    return answer;
  }

  long arrival() {
    return arrival;
  }

  Phase phase() {
    return phase;
  }

  int emitted() {
    return emitted;
  }

  Held held() {
    return held.orElseThrow();
  }

  int cachedBlocks() {
    return held().found();
  }

  void start(Held blocks) {
    phase = Phase.RUNNING;
    held = Optional.of(blocks);
  }

  void prefilled(long nowNanos) {
    firstTokenNanos = nowNanos;
  }

  void emitted(int tokens) {
    emitted = tokens;
  }

  /// Tokens that are ready by now.
  int ready(long nowNanos, long decodeNanosPerToken) {
    int all = answer.output().tokens();
    return decodeNanosPerToken == 0
        ? all
        : (int) Math.min(all, 1 + (nowNanos - firstTokenNanos) / decodeNanosPerToken);
  }

  /// When so many tokens are ready.
  long readyNanos(int tokens, long decodeNanosPerToken) {
    return firstTokenNanos + (tokens - 1) * decodeNanosPerToken;
  }

  void await(Future<?> next) {
    timer = Optional.of(next);
  }

  void over() {
    timer.ifPresent(next -> next.cancel(false));
    phase = Phase.OVER;
  }
}
