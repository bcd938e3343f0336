package dev.troupe.cluster;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.actor.RunJournal;
import dev.troupe.actor.Webhooks;
import dev.troupe.run.AllowedHosts;
import dev.troupe.run.EventJson;
import dev.troupe.run.Recorded;
import dev.troupe.run.Redelivery;
import dev.troupe.run.WebhookMessage;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;

/// Webhooks over HTTP. Redirections are not followed, and what a receiver answers is not read.
final class HttpWebhooks implements Webhooks, AutoCloseable {

  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);
  private static final long MILLIS = 1_000;

  private final HttpClient http =
      HttpClient.newBuilder()
          .connectTimeout(CONNECT_LIMIT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();
  private final AllowedHosts allowedHosts;
  private final Duration timeout;
  private final StoredRuns journal;

  HttpWebhooks(AllowedHosts allowedHosts, Duration timeout, StoredRuns journal) {
    this.allowedHosts = allowedHosts;
    this.timeout = timeout;
    this.journal = journal;
  }

  @Override
  public ObjectNode json(Recorded event) {
    return EventJson.of(event);
  }

  @Override
  public CompletionStage<Redelivery.Answer> send(WebhookMessage message) {
    var refusal = allowedHosts.refusal(message.url());
    if (refusal.isPresent()) {
      return CompletableFuture.completedStage(Redelivery.Answer.never(refusal.get()));
    }
    var request =
        HttpRequest.newBuilder(URI.create(message.url()))
            .timeout(timeout)
            .POST(BodyPublishers.ofString(message.body()));
    message.headers().forEach(request::setHeader);
    return TimedExchange.send(http, request.build(), BodyHandlers.discarding())
        .handle((response, failure) ->
            failure == null
                ? answered(response)
                : new Redelivery.Answer(0, OptionalLong.empty(), failure.toString()));
  }

  private static Redelivery.Answer answered(HttpResponse<?> response) {
    var retryAfter = response.headers().firstValue("Retry-After").orElse("");
    return new Redelivery.Answer(
        response.statusCode(),
        retryAfter.matches("\\d{1,6}")
            ? OptionalLong.of(Long.parseLong(retryAfter) * MILLIS)
            : OptionalLong.empty(),
        "");
  }

  @Override
  public CompletionStage<Long> delivered(RunJournal.Key run) {
    return journal.delivered(run);
  }

  @Override
  public CompletionStage<Done> keep(RunJournal.Key run, long upTo) {
    return journal.keepDelivered(run, upTo);
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
