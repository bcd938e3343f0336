package dev.troupe.cluster;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.cbor.databind.CBORMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.troupe.actor.ScheduleStore;
import dev.troupe.actor.Schedules.Created;
import dev.troupe.cluster.ScheduleTable.Row;
import dev.troupe.program.Tenant;
import dev.troupe.run.RunCommand;
import dev.troupe.run.Schedule;
import dev.troupe.run.Timetable.Key;
import dev.troupe.run.Timetable.Scheduled;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;

/// Schedules in the database that runs are in. As there, what a later version adds to one is passed over.
final class StoredSchedules implements ScheduleStore {

  private static final ObjectMapper CBOR =
      CBORMapper.builder()
          .addModules(new Jdk8Module(), new JavaTimeModule())
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  /// What of a schedule never changes.
  private record Content(Schedule schedule, RunCommand.Submit submit, Instant created) {}

  /// What has come of it.
  private record Outcome(Schedule.Past past, Optional<String> refusal) {}

  private final ScheduleTable table;
  private final StorageThreads threads;

  StoredSchedules(ScheduleTable table, StorageThreads threads) {
    this.table = table;
    this.threads = threads;
  }

  @Override
  public CompletionStage<List<Scheduled>> load() {
    return threads.run(() -> {
      table.open();
      List<Scheduled> all = new ArrayList<>();
      for (var row : table.all()) {
        all.add(scheduled(row));
      }
      return all;
    });
  }

  @Override
  public CompletionStage<Created> insert(Scheduled scheduled) {
    return asking(() -> {
      var row = row(scheduled);
      if (row.content().length > ScheduleTable.MAX_BYTES) {
        return Created.TOO_LARGE;
      }
      return table.insert(row) ? Created.DONE : Created.EXISTS;
    });
  }

  @Override
  public CompletionStage<Done> update(Scheduled scheduled) {
    return asking(() -> {
      table.update(row(scheduled));
      return Done.getInstance();
    });
  }

  @Override
  public CompletionStage<Done> delete(Key key) {
    return asking(() -> {
      table.delete(key.tenant().name(), key.id());
      return Done.getInstance();
    });
  }

  /// Once more from the beginning when it fails: a connection may be lost.
  private <T> CompletionStage<T> asking(Callable<T> question) {
    return threads.run(() -> {
      try {
        return question.call();
      } catch (SQLException failed) {
        table.open();
        return question.call();
      }
    });
  }

  private static Row row(Scheduled scheduled) throws IOException {
    return new Row(
        scheduled.key().tenant().name(),
        scheduled.key().id(),
        CBOR.writeValueAsBytes(
            new Content(scheduled.schedule(), scheduled.submit(), scheduled.created())),
        CBOR.writeValueAsBytes(new Outcome(scheduled.past(), scheduled.refusal())));
  }

  private static Scheduled scheduled(Row row) throws IOException {
    var content = CBOR.readValue(row.content(), Content.class);
    var outcome = CBOR.readValue(row.past(), Outcome.class);
    return new Scheduled(
        new Key(new Tenant(row.tenant()), row.id()),
        content.schedule(),
        content.submit(),
        content.created(),
        outcome.past(),
        outcome.refusal());
  }
}
