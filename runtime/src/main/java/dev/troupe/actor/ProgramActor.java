package dev.troupe.actor;

import dev.troupe.engine.EngineId;
import dev.troupe.program.Call;
import dev.troupe.program.CallOutcome;
import dev.troupe.program.Node;
import dev.troupe.program.Program;
import dev.troupe.program.ProgramView;
import dev.troupe.program.Remote;
import dev.troupe.program.Standing;
import dev.troupe.program.Usage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/// One program: what it has attained and waited, its critical path, its open calls. Gives each call
/// its priority.
///
/// ```
///   arriving ──► loading ──standing loaded──► living ──idle──► passivated
///       └──────────── a new program ────────────┘
/// ```
///
/// The account is [dev.troupe.program.ProgramRecord]'s. What must outlive the actor goes to
/// [Standings], by way of [ProgramKeeping]; what that has lost is taken from the hint that
/// callers send along. Calls wait for the first answer of storage, but not for long: one that
/// comes late is taken in then. A program whose id was made for one call is neither looked for
/// in storage nor kept there before it has a second call, or a priority: most never have, and
/// what one call attained is in its caller's hint.
///
/// [ArrivingProgram] is arriving and loading, [LivingProgram] the rest of its life.
public final class ProgramActor {

  public sealed interface Command {}

  /// A call of the program asks for service; the program queues it with its scheduler. Sent again
  /// while the call waits, in case the program or the scheduler has moved: it is the same call then.
  ///
  /// @param source how the program was recognized
  /// @param isNew whether the program's id was made for this call, so that nothing is stored of it
  /// @param parent the program that spawned this one, where the caller says so
  /// @param hint the program's standing as the caller's node last heard it
  /// @param waitedNanos how long the call has waited already
  /// @param isAdmitted whether a scheduler has admitted it before
  /// @param excluded engines that failed it before
  /// @param priority how much the program matters from now on, where the caller says so
  /// @param remainingCalls how many calls are expected after this one, where the caller says so
  public record Submit(
      Call call,
      String source,
      boolean isNew,
      Optional<Program.Id> parent,
      Standing hint,
      long waitedNanos,
      boolean isAdmitted,
      Set<EngineId> excluded,
      OptionalInt priority,
      OptionalInt remainingCalls,
      ActorRef<CallActor.Command> replyTo)
      implements Command, Remote {
    public Submit {
      excluded = Set.copyOf(excluded);
    }
  }

  /// A call has been given an engine.
  ///
  /// @param promoted whether that was because the program was starving
  public record CallGranted(
      Call.Id call, EngineId engine, int level, boolean promoted, long waitedNanos)
      implements Command, Remote {}

  /// A call has ended; the program is charged.
  ///
  /// @param serviceNanos engine time attributed to it
  /// @param succeeded whether its answer was whole
  /// @param cancelled whether its caller ended it; earlier builds neither say nor hear that
  public record CallEnded(
      Call.Id call,
      EngineId engine,
      Usage usage,
      long serviceNanos,
      boolean succeeded,
      boolean cancelled,
      ActorRef<CallActor.Command> replyTo)
      implements Command, Remote {

    public CallEnded(
        Call.Id call,
        EngineId engine,
        Usage usage,
        long serviceNanos,
        CallOutcome outcome,
        ActorRef<CallActor.Command> replyTo) {
      this(
          call,
          engine,
          usage,
          serviceNanos,
          outcome == CallOutcome.COMPLETED,
          outcome == CallOutcome.CANCELLED,
          replyTo);
    }

    CallOutcome outcome() {
      if (succeeded) {
        return CallOutcome.COMPLETED;
      }
      return cancelled ? CallOutcome.CANCELLED : CallOutcome.FAILED;
    }
  }

  /// Declares a call: one that comes later through Troupe with these parents, or one that runs
  /// elsewhere. Harmless when it is known.
  public record Register(Call.Id call, List<Call.Id> parents, ActorRef<Described> replyTo)
      implements Command, Remote {
    public Register {
      parents = List.copyOf(parents);
    }
  }

  /// Ends a registered call that ran elsewhere. Ignored when it is not known.
  ///
  /// @param serviceNanos engine time attributed to it
  public record Complete(
      Call.Id call, Usage usage, long serviceNanos, boolean succeeded, ActorRef<Described> replyTo)
      implements Command, Remote {}

  /// A call left without service.
  public record CallWithdrawn(Call.Id call) implements Command, Remote {}

  /// Declares the program. Harmless when it is known.
  ///
  /// @param isMultithreaded whether its calls run side by side
  /// @param priority how much it matters from now on, where that is said
  /// @param remainingCalls how many calls are expected from now on, where that is said
  public record Open(
      boolean isMultithreaded,
      Optional<Program.Id> parent,
      Map<String, String> metadata,
      OptionalInt priority,
      OptionalInt remainingCalls,
      ActorRef<Described> replyTo)
      implements Command, Remote {
    public Open {
      metadata = Map.copyOf(metadata);
    }
  }

  /// Ends the program; its open calls are cancelled.
  public record Close(ProgramView.State outcome, ActorRef<Described> replyTo)
      implements Command, Remote {}

  /// Asks for the program's view.
  public record Describe(ActorRef<Described> replyTo) implements Command, Remote {}

  /// What is known of the program.
  ///
  /// @param view empty when nothing is known of it
  public record Described(Optional<ProgramView> view) implements Remote {}

  /// There are too many programs on this node: one without open calls leaves memory now.
  record Leave() implements Command {}

  /// A node has left the cluster, and the callers on it are gone.
  record CallersLost(Node node) implements Command {}

  /// The program leaves memory, or this node: it ends once another node would find its standing.
  public record Stop() implements Command {}

  /// What was to be written before the program ends is in storage, or cannot be.
  record Saved() implements Command {}

  /// What storage says of the program.
  ///
  /// @param isSilent whether it has not answered
  record Loaded(Optional<ProgramView> view, boolean isSilent) implements Command {}

  /// A caller has ended without a word.
  record CallerGone(Call.Id call, ActorRef<CallActor.Command> caller) implements Command {}

  /// Nothing has happened for a while.
  record Idle() implements Command {}

  /// Storage was silent, and somebody waits for what it has, or something is to be written.
  record ReadAgain() implements Command {}

  private ProgramActor() {}

  /// Creates the actor of one program.
  ///
  /// @param passivate called with the actor's reference when it may be stopped, by [Stop], since
  ///     nothing has happened for a while; it goes on until it is
  public static Behavior<Command> create(
      Program.Id id, ProgramPorts ports, Consumer<ActorRef<Command>> passivate) {
    return Behaviors.setup(context -> {
      ports.directory().tell(new DirectoryActor.ProgramStarted(id, context.getSelf()));
      context.setReceiveTimeout(ports.settings().passivateAfter(), new Idle());
      return ArrivingProgram.create(new LivingProgram(context, id, ports, passivate));
    });
  }
}
