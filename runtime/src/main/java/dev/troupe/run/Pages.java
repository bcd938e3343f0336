package dev.troupe.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.troupe.plan.Step;
import dev.troupe.plan.StepId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/// How much of a run is told at a time. A page has at most so many items, and ends before it has too many
/// bytes to cross nodes, but has one item at least: none is much larger than [JsonSize#MOST_BYTES], as steps
/// with larger results fail. What is told of the run itself takes from the room of the page that tells it.
///
/// Cost: `O(what is in the page)`.
public final class Pages {

  /// A page of this size, or of one largest item with as much as this beside it, stays under
  /// `maximum-large-frame-size`.
  static final long MOST_BYTES = 6L << 20;

  /// What an item takes beside what its author wrote: names of fields, numbers, times.
  private static final long ITEM_BYTES = 500;

  /// The most that a character takes.
  private static final int CHAR_BYTES = 3;

  private Pages() {}

  /// @param events those that might be told, in order
  public static List<Recorded> events(List<Recorded> events, int most) {
    return first(events, most, MOST_BYTES, each -> ITEM_BYTES + bytes(each.event()));
  }

  /// @param steps those that might be told, in order
  /// @param besides bytes of what is told with them
  static List<StepView> steps(List<StepView> steps, int most, long besides) {
    return first(steps, most, MOST_BYTES - besides, Pages::bytes);
  }

  /// The first of these items, at least one where there is one.
  static <T> List<T> first(List<T> items, int most, long room, ToLongFunction<T> bytesOf) {
    int many = 0;
    long bytes = 0;
    for (T item : items.subList(0, Math.min(most, items.size()))) {
      bytes += bytesOf.applyAsLong(item);
      if (many > 0 && bytes > room) {
        break;
      }
      many++;
    }
    return List.copyOf(items.subList(0, many));
  }

  private static long bytes(StepView step) {
    return ITEM_BYTES
        + ofIds(step.dependencies())
        + step.output().map(JsonSize::bytes).orElse(0L)
        + step.error().map(error -> JsonSize.ofText(error.message())).orElse(0L);
  }

  private static long bytes(RunEvent event) {
    return switch (event) {
      case RunEvent.Submitted submitted ->
          ofSteps(submitted.steps())
              + JsonSize.bytes(submitted.inputs())
              + ofValues(submitted.memory())
              + ofValues(submitted.metadata())
              + ofValues(submitted.carried());
      case RunEvent.PlanBegun begun -> ofSteps(begun.planning().steps());
      case RunEvent.StepsAdded added -> ofSteps(added.steps());
      case RunEvent.Noted noted -> JsonSize.bytes(noted.note());
      case RunEvent.StepStarted started -> JsonSize.bytes(started.bound());
      case RunEvent.RetryScheduled failed -> JsonSize.ofText(failed.error().message());
      case RunEvent.StepFinished finished -> JsonSize.bytes(finished.result());
      case RunEvent.StepFailed failed -> JsonSize.ofText(failed.error().message());
      case RunEvent.StepsSkipped skipped ->
          ofIds(skipped.steps()) + JsonSize.ofText(skipped.error().message());
      case RunEvent.StepsReset reset -> ofIds(reset.steps());
      case RunEvent.Signalled signalled -> JsonSize.bytes(signalled.payload());
      case RunEvent.Remembered remembered -> JsonSize.bytes(remembered.value());
      case RunEvent.AbortRequested asked -> JsonSize.ofText(asked.reason());
      case RunEvent.Stopping stopping -> JsonSize.ofText(stopping.error().message());
      case RunEvent.RunEnded ended ->
          ended.error().map(error -> JsonSize.ofText(error.message())).orElse(0L);
      case RunEvent.WebhookSet _,
          RunEvent.Sealed _,
          RunEvent.StageStarted _,
          RunEvent.StageEnded _,
          RunEvent.BodyStarted _,
          RunEvent.ItemsStarted _,
          RunEvent.BodyEnded _,
          RunEvent.RetryDue _,
          RunEvent.GraphFull _,
          RunEvent.GraphResumed _,
          RunEvent.Paused _,
          RunEvent.Resumed _,
          RunEvent.Forgotten _,
          RunEvent.BudgetWarned _,
          RunEvent.BudgetRaised _ ->
          0;
    };
  }

  private static long ofSteps(List<Step> steps) {
    long bytes = 0;
    for (Step step : steps) {
      bytes += ITEM_BYTES + ofIds(step.dependencies()) + CHAR_BYTES * step.textChars();
    }
    return bytes;
  }

  private static long ofIds(Collection<StepId> ids) {
    long bytes = 0;
    for (StepId id : ids) {
      bytes += CHAR_BYTES * (id.value().length() + 1L);
    }
    return bytes;
  }

  /// Of values by name.
  static long ofValues(Map<?, JsonNode> values) {
    long bytes = 0;
    for (Map.Entry<?, JsonNode> each : values.entrySet()) {
      bytes += CHAR_BYTES * each.getKey().toString().length() + JsonSize.bytes(each.getValue());
    }
    return bytes;
  }
}
