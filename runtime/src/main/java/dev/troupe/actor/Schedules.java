package dev.troupe.actor;

import dev.troupe.program.Remote;
import dev.troupe.program.Tenant;
import dev.troupe.run.Timetable;
import dev.troupe.run.Timetable.Scheduled;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/// Runs that are begun by the clock: one keeper in the cluster has all of them. Every stage fails where it
/// does not answer in time, as while another node takes over.
public interface Schedules {

  /// What became of a schedule that was to be created.
  enum Created {
    DONE,
    /// There is one of that name.
    EXISTS,
    /// It is too large.
    TOO_LARGE,
    /// The tenant has as many as it may have, or all tenants together have.
    TOO_MANY,
    /// Storage does not take it.
    NOT_STORED
  }

  /// How the keeper answers to [Schedules#create].
  record Creation(Created created) implements Remote {}

  /// @param wasThere whether there was such a schedule
  record Deletion(boolean wasThere) implements Remote {}

  /// @param schedules by id, without what their runs are made of
  record Listing(List<Scheduled> schedules) implements Remote {
    public Listing {
      schedules = List.copyOf(schedules);
    }
  }

  /// Answered once it is stored.
  CompletionStage<Creation> create(Scheduled scheduled);

  /// Runs that it has begun go on.
  CompletionStage<Deletion> delete(Timetable.Key key);

  /// @param id of the only one that is wanted; all of the tenant's where empty
  CompletionStage<Listing> list(Tenant tenant, Optional<String> id);
}
