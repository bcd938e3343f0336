package dev.troupe.actor;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.troupe.run.Recorded;
import dev.troupe.run.Redelivery;
import dev.troupe.run.WebhookMessage;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;

/// Sends the events of runs to those who want to be told, and keeps how far that has come.
public interface Webhooks {

  /// An event as clients see it, with its number and time.
  ObjectNode json(Recorded event);

  /// Sends once. Does not fail: what goes wrong is in the answer.
  CompletionStage<Redelivery.Answer> send(WebhookMessage message);

  /// The number of the last event that was delivered; 0 before the first.
  CompletionStage<Long> delivered(RunJournal.Key run);

  /// Keeps that number. Completes once it outlives the end of the process.
  CompletionStage<Done> keep(RunJournal.Key run, long upTo);
}
