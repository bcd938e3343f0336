package dev.troupe.actor;

import dev.troupe.program.Program;
import dev.troupe.program.ProgramView;
import dev.troupe.program.Tenant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/// The programs whose actors live on this node.
public final class DirectoryActor {

  /// A program that has not answered by then is left out of a listing.
  private static final Duration LISTING_LIMIT = Duration.ofSeconds(2);

  public sealed interface Command {}

  /// Asks for the views of a tenant's programs, latest started first.
  ///
  /// @param limit programs at most
  public record ListPrograms(Tenant tenant, int limit, ActorRef<Listing> replyTo)
      implements Command {}

  /// @param total programs of the tenant that live here, listed or not
  public record Listing(List<ProgramView> programs, int total) {
    public Listing {
      programs = List.copyOf(programs);
    }
  }

  /// A program's actor has started here.
  record ProgramStarted(Program.Id program, ActorRef<ProgramActor.Command> actor)
      implements Command {}

  private record ProgramStopped(Program.Id program, ActorRef<ProgramActor.Command> actor)
      implements Command {}

  /// Creates a node's directory.
  public static Behavior<Command> create() {
    return Behaviors.setup(context -> new DirectoryActor(context).listing());
  }

  private final ActorContext<Command> context;
  private final Map<Program.Id, ActorRef<ProgramActor.Command>> programs = new LinkedHashMap<>();

  private DirectoryActor(ActorContext<Command> context) {
    this.context = context;
  }

  private Behavior<Command> listing() {
    return Behaviors.receiveMessage(this::onCommand);
  }

  private Behavior<Command> onCommand(Command command) {
    switch (command) {
      case ProgramStarted(var program, var actor) -> {
        programs.put(program, actor);
        context.watchWith(actor, new ProgramStopped(program, actor));
      }
      case ProgramStopped(var program, var actor) -> programs.remove(program, actor);
      case ListPrograms(var tenant, int limit, var replyTo) -> list(tenant, limit, replyTo);
    }
    return Behaviors.same();
  }

  private void list(Tenant tenant, int limit, ActorRef<Listing> replyTo) {
    var actors =
        programs.entrySet().stream()
            .filter(entry -> entry.getKey().tenant().equals(tenant))
            .map(Map.Entry::getValue)
            .toList();
    var latest = actors.reversed().stream().limit(limit).toList();
    context.spawnAnonymous(Gathering.create(latest, actors.size(), replyTo));
  }

  /// Gathers the views for one listing.
  private static final class Gathering {

    private Gathering() {}

    private sealed interface Event {}

    private record Told(Optional<ProgramView> view) implements Event {}

    private record TimedOut() implements Event {}

    static Behavior<Event> create(
        List<ActorRef<ProgramActor.Command>> actors, int total, ActorRef<Listing> replyTo) {
      return Behaviors.setup(context -> {
        var answers =
            context.messageAdapter(
                ProgramActor.Described.class, described -> new Told(described.view()));
        actors.forEach(actor -> actor.tell(new ProgramActor.Describe(answers)));
        context.setReceiveTimeout(LISTING_LIMIT, new TimedOut());
        return gathering(actors.size(), List.of(), total, replyTo);
      });
    }

    private static Behavior<Event> gathering(
        int outstanding, List<ProgramView> views, int total, ActorRef<Listing> replyTo) {
      if (outstanding == 0) {
        replyTo.tell(new Listing(views, total));
        return Behaviors.stopped();
      }
      return Behaviors.receiveMessage(event ->
          switch (event) {
            case Told(var view) -> {
              var more = new ArrayList<>(views);
              view.ifPresent(more::add);
              yield gathering(outstanding - 1, List.copyOf(more), total, replyTo);
            }
            case TimedOut _ -> gathering(0, views, total, replyTo);
          });
    }
  }
}
