package dev.troupe.chaos;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// Makes the calls of agents as a sound SDK does: to the gateways in turn, again with the same call id
/// when nobody took the call or its connection broke before the answer began, and never after that.
final class AgentClient {

  /// A call that is not through by then is given up.
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final Duration PAUSE = Duration.ofMillis(200);

  private final Gateways gateways;
  private final Journal journal;
  private final IdleConnections connections;

  AgentClient(Gateways gateways, Journal journal, IdleConnections connections) {
    this.connections = connections;
    this.gateways = gateways;
    this.journal = journal;
  }

  /// Makes a call and waits for its end, good or bad.
  void call(String program, int position, CallPlan plan, byte[] body) throws InterruptedException {
    long givenUpNanos = System.nanoTime() + PATIENCE.toNanos();
    int lost = 0;
    while (true) {
      var attempt = attempt(program, position, plan, body, lost);
      journal.ended(attempt);
      if (!attempt.outcome().isTriedAgain() || System.nanoTime() > givenUpNanos) {
        return;
      }
      lost += attempt.outcome() == Outcome.CUT_BEFORE ? 1 : 0;
      TimeUnit.NANOSECONDS.sleep(attempt.answer().retryAfter().orElse(PAUSE).toNanos());
    }
  }

  private Attempt attempt(String program, int position, CallPlan plan, byte[] body, int lost) {
    var mark = program + "/" + position + (lost == 0 ? "" : "/" + lost);
    int node = gateways.next();
    journal.began();
    long sentNanos = System.nanoTime();
    var answer =
        new HttpCall(connections, gateways.address(node))
            .make(headers(program, position, plan, mark), body);
    return new Attempt(program, position, plan, mark, node, sentNanos, System.nanoTime(), answer);
  }

  private static Map<String, String> headers(
      String program, int position, CallPlan plan, String mark) {
    var headers = new LinkedHashMap<String, String>();
    headers.put("X-Program-Id", program);
    headers.put("X-Call-Id", "c" + position);
    // By which the simulated engines count.
    headers.put("X-Troupe-Call", mark);
    if (!plan.trace().parents().isEmpty()) {
      headers.put(
          "X-Parent-Call-Ids",
          plan.trace().parents().stream()
              .map(parent -> "c" + parent)
              .collect(Collectors.joining(",")));
    }
    return headers;
  }
}
