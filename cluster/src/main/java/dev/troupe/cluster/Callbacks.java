package dev.troupe.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.troupe.actor.StepRunner.Doing;
import dev.troupe.program.Tenant;
import dev.troupe.run.Consumption;
import dev.troupe.run.RunCommand.Ended;
import dev.troupe.run.RunCommand.Failed;
import dev.troupe.run.RunCommand.Finished;
import dev.troupe.run.StepError;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Extension;
import org.apache.pekko.actor.typed.ExtensionId;

/// The functions of steps that this JVM has. Steps of runs that live here find them without a message.
final class Callbacks implements Extension {

  private static final Id ID = new Id();

  private static final class Id extends ExtensionId<Callbacks> {
    @Override
    public Callbacks createExtension(ActorSystem<?> system) {
      return new Callbacks();
    }
  }

  private record Key(Tenant tenant, String name) {}

  private final Map<Key, StepFunction> functions = new ConcurrentHashMap<>();

  private Callbacks() {}

  static Callbacks of(ActorSystem<?> system) {
    return ID.apply(system);
  }

  /// @return whether there was none of that name
  boolean add(Tenant tenant, String name, StepFunction function) {
    return functions.putIfAbsent(new Key(tenant, name), function) == null;
  }

  void remove(Tenant tenant, String name) {
    functions.remove(new Key(tenant, name));
  }

  Optional<StepFunction> find(Tenant tenant, String name) {
    return Optional.ofNullable(functions.get(new Key(tenant, name)));
  }

  /// Calls a function on a thread of its own. Whatever it throws is a failed step, nothing more.
  static Doing start(StepFunction function, JsonNode arguments) {
    var ended = new CompletableFuture<Ended>();
    // What it does to its arguments must not change the results that they are made of.
    var own = arguments.deepCopy();
    var thread = Thread.ofVirtual().start(() -> ended.complete(call(function, own)));
    return new Doing() {
      @Override
      public CompletionStage<Ended> ended() {
        return ended;
      }

      @Override
      public void cancel() {
        thread.interrupt();
        ended.complete(
            new Failed(
                new StepError(
                    StepError.Code.CANCELLED,
                    "cancelled before it ended",
                    false,
                    true,
                    OptionalLong.empty()),
                Consumption.CALL));
      }
    };
  }

  private static Ended call(StepFunction function, JsonNode arguments) {
    try {
      var result = Objects.requireNonNullElse(function.call(arguments), NullNode.instance);
      return new Finished(result.deepCopy(), Consumption.CALL);
    } catch (StepFailedException failed) {
      return failed(String.valueOf(failed.getMessage()), failed.isTransient());
    } catch (Throwable thrown) {
      return failed("its function threw " + thrown, false);
    }
  }

  private static Ended failed(String message, boolean isTransient) {
    return new Failed(
        new StepError(
            StepError.Code.EXECUTION_FAILED, message, isTransient, true, OptionalLong.empty()),
        Consumption.CALL);
  }
}
