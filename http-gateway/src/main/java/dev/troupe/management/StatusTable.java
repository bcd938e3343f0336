package dev.troupe.management;

import dev.troupe.cluster.LocalShards.Held;
import dev.troupe.management.ClusterStatus.EngineReport;
import dev.troupe.management.ClusterStatus.MemberReport;
import dev.troupe.management.ClusterStatus.SchedulerReport;
import dev.troupe.management.NodeReport.StorageReport;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// The state of a cluster as tables for people.
public final class StatusTable {

  private static final String NONE = "-";

  private StatusTable() {}

  /// Lines, each with its end.
  public static String of(ClusterStatus status) {
    var text = new StringBuilder();
    status.problems().forEach(problem -> text.append("! ").append(problem).append('\n'));
    if (!status.silent().isEmpty()) {
      text.append("! no answer in time from ")
          .append(String.join(", ", status.silent()))
          .append('\n');
    }
    text.append(members(status.members()))
        .append('\n')
        .append(shards(status.members()))
        .append('\n')
        .append(schedulers(status.schedulers()))
        .append('\n')
        .append(engines(status.engines()))
        .append('\n');
    text.append(
        "%d programs in memory, %d leases in flight. Told by %s.%n"
            .formatted(status.residentPrograms(), status.leasesInFlight(), status.node()));
    return text.toString();
  }

  private static Columns members(List<MemberReport> members) {
    var table =
        new Columns(
            "member", "roles", "state", "ready", "version", "age", "gateway", "calls", "storage");
    for (var member : members) {
      table.add(
          member.address(),
          member.roles().isEmpty() ? "client" : String.join(",", member.roles()),
          member.isReachable() ? member.state() : member.state() + ", unreachable",
          member.upMillis().isEmpty() ? NONE : member.unready().orElse("yes"),
          member.version(),
          member.upMillis().isEmpty()
              ? NONE
              : age(Duration.ofMillis(member.upMillis().getAsLong())),
          member.gateway().orElse(NONE),
          number(member.openCalls()),
          member.storage().map(StatusTable::storage).orElse(NONE));
    }
    return table;
  }

  private static Columns shards(List<MemberReport> members) {
    var table = new Columns("shards", "type", "shards", "entities");
    for (var member : members) {
      member.shards().stream()
          .filter(held -> held.shards() > 0)
          .forEach(held -> addShards(table, member.address(), held));
    }
    return table;
  }

  private static void addShards(Columns table, String node, Held held) {
    table.add(
        node, held.type(), Integer.toString(held.shards()), Integer.toString(held.entities()));
  }

  private static Columns schedulers(List<SchedulerReport> schedulers) {
    var table = new Columns("scheduler", "node", "waiting", "oldest", "engines");
    for (var scheduler : schedulers) {
      table.add(
          scheduler.model(),
          scheduler.node(),
          Integer.toString(scheduler.waiting()),
          scheduler.waiting() == 0 ? NONE : age(Duration.ofMillis(scheduler.oldestWaitMillis())),
          listed(scheduler.engines()));
    }
    return table;
  }

  private static Columns engines(List<EngineReport> engines) {
    var table = new Columns("engine", "url", "in flight", "window", "node", "models", "answers");
    for (var engine : engines) {
      table.add(
          engine.id(),
          engine.url(),
          Integer.toString(engine.inFlight()),
          Integer.toString(engine.window()),
          engine.node().orElse(NONE),
          listed(engine.models()),
          answers(engine));
    }
    return table;
  }

  private static String answers(EngineReport engine) {
    return engine.isReachable()
        ? "yes"
        : engine.whyUnreachable().map(why -> "no: " + why).orElse("no");
  }

  private static String storage(StorageReport storage) {
    var waiting = storage.unsavedPrograms() + " unsaved";
    return storage.isAvailable()
        ? (storage.unsavedPrograms() == 0 ? "well" : waiting)
        : "away, " + waiting + ": " + storage.failure().orElse("no reason given");
  }

  private static String listed(List<String> names) {
    return Optional.of(String.join(",", names)).filter(text -> !text.isEmpty()).orElse(NONE);
  }

  private static String number(OptionalInt number) {
    return number.isPresent() ? Integer.toString(number.getAsInt()) : NONE;
  }

  /// In the largest unit that it has two of.
  private static String age(Duration age) {
    if (age.compareTo(Duration.ofMinutes(2)) < 0) {
      return age.toSeconds() + "s";
    }
    if (age.compareTo(Duration.ofHours(2)) < 0) {
      return age.toMinutes() + "m";
    }
    return age.compareTo(Duration.ofDays(2)) < 0 ? age.toHours() + "h" : age.toDays() + "d";
  }
}
