package dev.troupe.simulation;

import dev.troupe.program.Tenant;
import dev.troupe.program.Usage;
import dev.troupe.schedule.CallQueue;
import dev.troupe.schedule.Warmth;
import java.util.HashMap;
import java.util.Map;

/// A virtual token counter for each tenant: the tenant with the least goes first.
///
/// A call costs its prompt tokens when it is sent and twice its output tokens when it ends. A tenant
/// that comes back after it had nothing to do is lifted to the least counter of those that have.
///
/// Sheng et al., [Fairness in Serving Large Language Models](https://arxiv.org/abs/2401.00588),
/// algorithm 2. Unlike there, output is charged at the end and not token by token, which a gateway does
/// not see; a tenant has something to do while it has a program, not only while calls wait; and calls
/// that are sent together are ordered before the first of them is charged.
final class TokenCounterConduct implements Conduct {

  private static final double OUTPUT_WEIGHT = 2;

  private final Map<Tenant, Account> accounts = new HashMap<>();
  private final CallQueue queue =
      new RankedQueue((waiting, _) -> account(waiting.call().program().tenant()).tokens);

  private static final class Account {
    private double tokens;
    private int programs;
  }

  @Override
  public CallQueue queue(Warmth warmth) {
    return queue;
  }

  @Override
  public void arrived(ProgramRun program, long nowNanos) {
    var account = account(program.id().tenant());
    if (account.programs == 0) {
      accounts.values().stream()
          .filter(other -> other.programs > 0)
          .mapToDouble(other -> other.tokens)
          .min()
          .ifPresent(least -> account.tokens = Math.max(account.tokens, least));
    }
    account.programs++;
  }

  @Override
  public void over(ProgramRun program, long nowNanos) {
    account(program.id().tenant()).programs--;
  }

  @Override
  public void sent(CallRun call, long nowNanos) {
    account(call.call().program().tenant()).tokens += call.trace().promptTokens();
  }

  @Override
  public void ended(CallRun call, Usage usage, long serviceNanos, long nowNanos) {
    account(call.call().program().tenant()).tokens += OUTPUT_WEIGHT * usage.outputTokens();
  }

  private Account account(Tenant tenant) {
    return accounts.computeIfAbsent(tenant, _ -> new Account());
  }
}
