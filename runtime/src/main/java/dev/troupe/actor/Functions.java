package dev.troupe.actor;

import dev.troupe.program.Tenant;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/// Finds the one actor of each function of a tenant. What is told arrives at most once; stages fail when
/// there is no answer in time.
public interface Functions {

  void tell(Tenant tenant, String function, FunctionActor.Command command);

  /// A worker waits for a call.
  CompletionStage<FunctionActor.Taken> take(Tenant tenant, String function, Duration patience);

  /// A worker is still at a call.
  CompletionStage<FunctionActor.Extended> extend(Tenant tenant, String function, String id);

  /// Whether an answer to a call would be of use.
  CompletionStage<FunctionActor.Found> find(Tenant tenant, String function, String id);

  CompletionStage<FunctionActor.Described> describe(Tenant tenant, String function);
}
