package dev.troupe.run;

import java.util.List;
import java.util.Optional;

/// What a decision comes to.
///
/// @param events to be kept, in order; the run that decided has taken them in already
/// @param actions to be performed once the events are kept, in order
/// @param refusal why the command was not followed; then there are no events but those that were due anyway
public record Outcome(
    List<Recorded> events, List<RunAction> actions, Optional<RunRefusal> refusal) {

  public Outcome {
    events = List.copyOf(events);
    actions = List.copyOf(actions);
  }
}
