package dev.troupe.actor;

import dev.troupe.run.Timetable.Key;
import dev.troupe.run.Timetable.Scheduled;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;

/// Where schedules are kept. A port; a stage that fails leaves it unknown whether it was done.
public interface ScheduleStore {

  CompletionStage<List<Scheduled>> load();

  /// @return [Schedules.Created#EXISTS] where there is one of that name
  CompletionStage<Schedules.Created> insert(Scheduled scheduled);

  /// Keeps what has come of one that is there.
  CompletionStage<Done> update(Scheduled scheduled);

  CompletionStage<Done> delete(Key key);
}
