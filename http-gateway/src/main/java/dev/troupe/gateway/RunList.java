package dev.troupe.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.actor.RunJournal;
import dev.troupe.actor.RunJournal.Head;
import dev.troupe.actor.RunJournal.Position;
import dev.troupe.actor.RunJournal.Selection;
import dev.troupe.gateway.ErrorTable.Fault;
import dev.troupe.plan.InvalidPlanException;
import dev.troupe.run.IdempotencyMarks;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A tenant's runs in pages, the youngest first: those whose history is kept.
///
/// Storage finds runs by state and time. For a program or metadata it is read in that order and sieved, at
/// most [#READ_AT_MOST] runs for one answer; so an answer may have fewer runs than asked for, or none,
/// and still name where the next one begins.
final class RunList {

  private static final Logger LOG = LoggerFactory.getLogger(RunList.class);

  private static final int READ_AT_MOST = 10_000;
  private static final int BATCH = 1_000;

  private final RunJournal journal;

  RunList(RunJournal journal) {
    this.journal = journal;
  }

  /// What is gathered for one answer.
  private record Page(RunQuery query, List<Head> found, int read, Optional<Head> last) {

    /// @param batch that was read
    /// @param isEnd whether there are no more
    static Page of(Page before, List<Head> batch, boolean isEnd) {
      var found = new ArrayList<>(before.found());
      int read = before.read();
      for (var head : batch) {
        read++;
        if (before.query().takes(head)) {
          found.add(head);
          if (found.size() == before.query().limit()) {
            boolean isLast = isEnd && head.equals(batch.getLast());
            return new Page(
                before.query(), found, READ_AT_MOST, isLast ? Optional.empty() : Optional.of(head));
          }
        }
      }
      return new Page(
          before.query(), found, read, isEnd ? Optional.empty() : Optional.of(batch.getLast()));
    }
  }

  CompletionStage<HttpResponse> answer(Request request) {
    RunQuery query;
    try {
      query = RunQuery.of(Parameters.of(request.http()));
    } catch (InvalidPlanException invalid) {
      return request.problem(RunFault.of(invalid.error()));
    }
    return read(request, new Page(query, List.of(), 0, Optional.empty()), query.selection())
        .handle((page, failure) ->
            failure == null
                ? Responses.json(200, json(page), request.trace())
                : silent(request, failure));
  }

  private CompletionStage<Page> read(Request request, Page page, Selection selection) {
    boolean isSieved = page.query().program().isPresent() || !page.query().labels().isEmpty();
    int most = isSieved ? BATCH : page.query().limit() + 1;
    return journal
        .list(request.tenant(), selection, most)
        .thenCompose(batch -> {
          var next = Page.of(page, batch, batch.size() < most);
          return next.last().isEmpty() || next.read() >= READ_AT_MOST
              ? CompletableFuture.completedStage(next)
              : read(request, next, selection.after(position(next.last().get())));
        });
  }

  private static Position position(Head head) {
    return new Position(head.createdMillis(), head.key().run());
  }

  private static HttpResponse silent(Request request, Throwable failure) {
    try (var _ = request.trace().inLog()) {
      LOG.warn("runs cannot be listed: {}", failure.toString());
    }
    return Responses.problem(
        Problem.of(Fault.STORAGE_SILENT, "Storage does not answer. Try again."), request.trace());
  }

  private static ObjectNode json(Page page) {
    var json = Responses.JSON.createObjectNode();
    var data = json.putArray("data");
    page.found().forEach(head -> data.add(json(head)));
    json.put("next", page.last().map(RunQuery::cursor).orElse(null));
    return json;
  }

  private static JsonNode json(Head head) {
    var json = Responses.JSON.createObjectNode();
    json.put("id", head.key().run().value());
    json.put("state", head.state().word());
    json.put("program", RunQuery.programOf(head));
    json.set("metadata", Responses.JSON.valueToTree(IdempotencyMarks.hidden(head.metadata())));
    json.put("created_at", head.createdMillis());
    json.put("updated_at", head.updatedMillis());
    return json;
  }
}
