package dev.troupe.cluster;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.troupe.actor.Functions;
import dev.troupe.plan.StepId;
import dev.troupe.program.Tenant;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.Done;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;

/// What this application does for the steps of a tenant's runs, by name. A step whose run lives in this JVM
/// calls its function at once; those of others come as calls to whichever JVM or worker asks for them next.
///
/// A function that throws fails its step alone. One whose JVM is lost in a call has that made again after the
/// step's `idle_timeout_ms` (60 s), unless the step is `at_most_once`.
public final class TroupeFunctions {

  /// A function that is registered. Closed, it takes no more calls; those under way end.
  public interface Registration extends AutoCloseable {
    @Override
    void close();
  }

  private static final ObjectMapper JSON = new ObjectMapper();

  /// Calls from other nodes at a time.
  private static final int WIDTH = 16;

  private final ActorSystem<?> system;
  private final Functions functions;
  private final Tenant tenant;

  TroupeFunctions(ActorSystem<?> system, Functions functions, Tenant tenant) {
    this.system = system;
    this.functions = functions;
    this.tenant = tenant;
  }

  /// Has a function called wherever a step names it.
  ///
  /// @throws dev.troupe.plan.InvalidPlanException if no step could name it
  /// @throws IllegalArgumentException if one of that name is registered in this JVM
  public Registration register(String name, StepFunction function) {
    StepId.local(name);
    var callbacks = Callbacks.of(system);
    if (!callbacks.add(tenant, name, function)) {
      throw new IllegalArgumentException(
          "a function \"" + name + "\" of " + tenant + " is registered in this JVM already");
    }
    var worker =
        system.systemActorOf(
            CallbackActor.create(functions, tenant, name, function, WIDTH),
            "callback-" + UUID.randomUUID(),
            Props.empty());
    // A node that leaves has nobody to ask any more.
    var leaving =
        CoordinatedShutdown.get(system)
            .addCancellableTask(
                CoordinatedShutdown.PhaseBeforeServiceUnbind(),
                "take no more calls of functions",
                () -> {
                  worker.tell(new CallbackActor.Stop());
                  return CompletableFuture.completedStage(Done.getInstance());
                });
    return () -> {
      callbacks.remove(tenant, name);
      leaving.cancel();
      worker.tell(new CallbackActor.Stop());
    };
  }

  /// The same with arguments and results of types that Jackson reads and writes. A step with other arguments
  /// fails.
  ///
  /// @throws dev.troupe.plan.InvalidPlanException if no step could name it
  /// @throws IllegalArgumentException if one of that name is registered in this JVM
  public <A, R> Registration register(
      String name, Class<A> arguments, StepFunction.Typed<A, R> function) {
    return register(
        name,
        sent -> {
          A read;
          try {
            read = Objects.requireNonNull(JSON.treeToValue(sent, arguments), "arguments");
          } catch (Exception unreadable) {
            throw StepFailedException.lasting(
                "its arguments are no " + arguments.getSimpleName() + ": " + unreadable);
          }
          return JSON.valueToTree(function.call(read));
        });
  }
}
