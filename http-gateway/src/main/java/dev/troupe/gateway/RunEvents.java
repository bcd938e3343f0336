package dev.troupe.gateway;

import dev.troupe.actor.RunActor.Followed;
import dev.troupe.actor.RunJournal;
import dev.troupe.actor.Runs;
import dev.troupe.run.EventJson;
import dev.troupe.run.Recorded;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/// A run's events as server-sent events: as many as the client takes, from the one that it asks for, to the
/// run's end. The id of each is its number, so that a client that comes back goes on where it was.
final class RunEvents {

  private static final int AT_ONCE = 100;

  /// Silence after which the client hears that the connection lives.
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final ByteString ALIVE = ByteString.fromString(": waiting\n\n");

  /// The last that a client hears of a node that leaves. It comes back by itself, to another node, after
  /// that many milliseconds.
  private static final ByteString LEAVING =
      ByteString.fromString(": this node leaves; reconnect to go on\nretry: 1000\n\n");

  private static final Pair<Optional<Long>, List<ByteString>> END =
      Pair.create(Optional.empty(), List.of(LEAVING));

  private final Runs runs;
  private final CompletionStage<Pair<Optional<Long>, List<ByteString>>> end;

  /// @param leaving completes when clients are to go on at another node
  RunEvents(Runs runs, CompletionStage<Done> leaving) {
    this.runs = runs;
    this.end = leaving.thenApply(_ -> END);
  }

  /// @param after number of the last event that the client has
  HttpResponse response(RunJournal.Key run, long after, Trace trace) {
    return HttpResponse.create()
        .addHeader(Responses.header(Trace.HEADER, trace.id()))
        .addHeader(Responses.header("Cache-Control", "no-store"))
        .withEntity(
            HttpEntities.createChunked(
                ContentTypes.create(MediaTypes.TEXT_EVENT_STREAM), stream(run, after)));
  }

  private Source<ByteString, NotUsed> stream(RunJournal.Key run, long after) {
    return Source.unfoldAsync(
            Optional.of(after + 1),
            from ->
                from.isEmpty()
                    ? CompletableFuture.completedStage(Optional.empty())
                    : runs.follow(run, from.get(), AT_ONCE, PATIENCE)
                        .thenApply(followed -> next(from.get(), followed))
                        .applyToEither(end, Optional::of))
        .mapConcat(chunks -> chunks);
  }

  private static Pair<Optional<Long>, List<ByteString>> next(long from, Followed followed) {
    var events = followed.events();
    return Pair.create(
        followed.isOver() ? Optional.empty() : Optional.of(followed.next(from)),
        events.isEmpty() ? List.of(ALIVE) : events.stream().map(RunEvents::event).toList());
  }

  private static ByteString event(Recorded recorded) {
    var json = EventJson.of(recorded);
    return ByteString.fromString(
        "id: %d\nevent: %s\ndata: %s\n\n"
            .formatted(recorded.sequence(), json.path("event").asText(), Responses.text(json)));
  }
}
