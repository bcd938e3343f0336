package dev.troupe.actor;

import dev.troupe.actor.DirectoryActor.ListHere;
import dev.troupe.actor.DirectoryActor.Listing;
import dev.troupe.actor.DirectoryActor.Resident;
import dev.troupe.actor.DirectoryActor.Residents;
import dev.troupe.program.ProgramView;
import dev.troupe.program.Tenant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/// Gathers one listing: first which programs live on each node, then the views of the latest.
final class ProgramListing {

  /// What has not answered by then is left out.
  private static final Duration LIMIT = Duration.ofSeconds(2);

  private sealed interface Event {}

  private record Found(Residents residents) implements Event {}

  private record Told(Optional<ProgramView> view) implements Event {}

  private record TimedOut() implements Event {}

  private final ActorContext<Event> context;
  private final int limit;
  private final ActorRef<Listing> replyTo;
  private final List<Resident> residents = new ArrayList<>();
  private final List<ProgramView> views = new ArrayList<>();
  private int outstanding;
  private int total;

  private ProgramListing(ActorContext<Event> context, int limit, ActorRef<Listing> replyTo) {
    this.context = context;
    this.limit = limit;
    this.replyTo = replyTo;
  }

  /// @param directories of all nodes
  static Behavior<?> create(
      Collection<ActorRef<ListHere>> directories,
      Tenant tenant,
      int limit,
      ActorRef<Listing> replyTo) {
    return Behaviors.<Event>setup(context -> {
      var listing = new ProgramListing(context, limit, replyTo);
      var found = context.messageAdapter(Residents.class, Found::new);
      directories.forEach(directory -> directory.tell(new ListHere(tenant, limit, found)));
      context.setReceiveTimeout(LIMIT, new TimedOut());
      return listing.finding(directories.size());
    });
  }

  private Behavior<Event> finding(int directories) {
    outstanding = directories;
    return Behaviors.receiveMessage(event ->
        switch (event) {
          case Found(var found) -> {
            residents.addAll(found.programs());
            total += found.total();
            outstanding--;
            yield outstanding == 0 ? describing() : Behaviors.same();
          }
          case TimedOut _ -> describing();
          case Told _ -> Behaviors.same();
        });
  }

  private Behavior<Event> describing() {
    var latest =
        residents.stream()
            .sorted(Comparator.comparingLong(Resident::ageNanos))
            .limit(limit)
            .toList();
    outstanding = latest.size();
    var told =
        context.messageAdapter(
            ProgramActor.Described.class, described -> new Told(described.view()));
    latest.forEach(resident -> resident.actor().tell(new ProgramActor.Describe(told)));
    return outstanding == 0 ? answer() : gathering();
  }

  private Behavior<Event> gathering() {
    return Behaviors.receiveMessage(event ->
        switch (event) {
          case Told(var view) -> {
            view.ifPresent(views::add);
            outstanding--;
            yield outstanding == 0 ? answer() : Behaviors.same();
          }
          case TimedOut _ -> answer();
          case Found _ -> Behaviors.same();
        });
  }

  private Behavior<Event> answer() {
    replyTo.tell(new Listing(views, total));
    return Behaviors.stopped();
  }
}
