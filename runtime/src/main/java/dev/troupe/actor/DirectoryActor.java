package dev.troupe.actor;

import dev.troupe.actor.LostNodes.NodeLost;
import dev.troupe.program.Node;
import dev.troupe.program.Program;
import dev.troupe.program.ProgramView;
import dev.troupe.program.Remote;
import dev.troupe.program.Tenant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/// The programs whose actors live on this node. Keeps them few: beyond a limit, the one that started
/// first of those without open calls makes room for each that starts. Tells them all of nodes that are
/// lost.
public final class DirectoryActor {

  public sealed interface Command {}

  /// Asks for the views of a tenant's programs on all nodes, latest started first.
  ///
  /// @param limit programs at most
  public record ListPrograms(Tenant tenant, int limit, ActorRef<Listing> replyTo)
      implements Command {}

  /// @param total programs of the tenant whose actors live somewhere, listed or not
  public record Listing(List<ProgramView> programs, int total) {
    public Listing {
      programs = List.copyOf(programs);
    }
  }

  /// Asks which of a tenant's programs live on this node, latest started first.
  ///
  /// @param limit programs at most
  public record ListHere(Tenant tenant, int limit, ActorRef<Residents> replyTo)
      implements Command, Remote {}

  /// @param total programs of the tenant that live here, listed or not
  public record Residents(List<Resident> programs, int total) implements Remote {
    public Residents {
      programs = List.copyOf(programs);
    }
  }

  /// @param ageNanos since its actor started
  public record Resident(ActorRef<ProgramActor.Command> actor, long ageNanos) {}

  /// The directories of all nodes, this one among them.
  public record Directories(Set<ActorRef<ListHere>> all) implements Command {
    public Directories {
      all = Set.copyOf(all);
    }
  }

  /// A program's actor has started here.
  record ProgramStarted(Program.Id program, ActorRef<ProgramActor.Command> actor)
      implements Command {}

  private record ProgramStopped(Program.Id program, ActorRef<ProgramActor.Command> actor)
      implements Command {}

  private record Left(Node node) implements Command {}

  private record Entry(ActorRef<ProgramActor.Command> actor, long startedNanos) {}

  /// Creates a node's directory.
  ///
  /// @param maxResident programs beyond which one is asked to make room for each that starts
  /// @param nodes tells of nodes that are lost
  /// @param nanoClock monotonic time; `System::nanoTime` outside tests
  public static Behavior<Command> create(int maxResident, LostNodes nodes, LongSupplier nanoClock) {
    return Behaviors.setup(context -> {
      nodes.tell(context.messageAdapter(NodeLost.class, lost -> new Left(lost.node())));
      ActorRef<ListHere> self = context.getSelf().narrow();
      return new DirectoryActor(context, maxResident, nanoClock).listing(Set.of(self));
    });
  }

  private final ActorContext<Command> context;
  private final int maxResident;
  private final LongSupplier nanoClock;
  // In the order in which they are asked to make room: those that started first, and were not asked
  // yet.
  private final Map<Program.Id, Entry> programs = new LinkedHashMap<>();

  private DirectoryActor(ActorContext<Command> context, int maxResident, LongSupplier nanoClock) {
    this.context = context;
    this.maxResident = maxResident;
    this.nanoClock = nanoClock;
  }

  private Behavior<Command> listing(Set<ActorRef<ListHere>> directories) {
    return Behaviors.receiveMessage(command ->
        switch (command) {
          case ProgramStarted(var program, var actor) -> onStarted(program, actor);
          case ProgramStopped(var program, var actor) -> onStopped(program, actor);
          case ListHere list -> onListHere(list);
          case ListPrograms(var tenant, int limit, var replyTo) -> {
            context.spawnAnonymous(ProgramListing.create(directories, tenant, limit, replyTo));
            yield Behaviors.same();
          }
          case Directories(var all) -> listing(all);
          case Left(var node) -> onLeft(node);
        });
  }

  private Behavior<Command> onStarted(Program.Id program, ActorRef<ProgramActor.Command> actor) {
    programs.put(program, new Entry(actor, nanoClock.getAsLong()));
    context.watchWith(actor, new ProgramStopped(program, actor));
    if (programs.size() > maxResident) {
      askToLeave();
    }
    return Behaviors.same();
  }

  /// One with open calls stays, and is not asked again before all others.
  private void askToLeave() {
    var eldest = programs.entrySet().iterator().next();
    programs.remove(eldest.getKey());
    programs.put(eldest.getKey(), eldest.getValue());
    eldest.getValue().actor().tell(new ProgramActor.Leave());
  }

  private Behavior<Command> onStopped(Program.Id program, ActorRef<ProgramActor.Command> actor) {
    programs.computeIfPresent(program, (_, entry) -> entry.actor().equals(actor) ? null : entry);
    return Behaviors.same();
  }

  private Behavior<Command> onLeft(Node node) {
    programs.values().forEach(entry -> entry.actor().tell(new ProgramActor.CallersLost(node)));
    return Behaviors.same();
  }

  private Behavior<Command> onListHere(ListHere list) {
    long nowNanos = nanoClock.getAsLong();
    var here =
        programs.entrySet().stream()
            .filter(entry -> entry.getKey().tenant().equals(list.tenant()))
            .map(entry ->
                new Resident(entry.getValue().actor(), nowNanos - entry.getValue().startedNanos()))
            .toList();
    list.replyTo()
        .tell(
            new Residents(
                here.stream()
                    .sorted(Comparator.comparingLong(Resident::ageNanos))
                    .limit(list.limit())
                    .toList(),
                here.size()));
    return Behaviors.same();
  }
}
