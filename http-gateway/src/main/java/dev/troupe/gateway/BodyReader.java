package dev.troupe.gateway;

import dev.troupe.gateway.ErrorTable.Fault;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.util.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads a request's body into one array, unless it is too large or there is no room for it: then
/// discards it, and says so at its end. An answer that comes before that closes the connection, and a
/// client that is still sending finds it broken before it reads the answer. Only one that asks before
/// it sends (`Expect: 100-continue`), or announces more than is ever discarded, hears at once that its body
/// is too large.
final class BodyReader {

  private static final Logger LOG = LoggerFactory.getLogger(BodyReader.class);

  /// Over the most that is taken. A client that goes on sending is cut off, with the answer.
  private static final long MAX_DISCARDED_BYTES = 64L << 20;

  private static final int USUAL_BYTES = 8192;

  /// Memory given to a length that is only announced; more when the bytes come.
  private static final int MOST_AT_ONCE_BYTES = 2 << 20;

  private final ActorSystem<?> system;
  private final Duration timeout;
  private final BodyBudget budget;

  BodyReader(ActorSystem<?> system, Duration timeout, BodyBudget budget) {
    this.system = system;
    this.timeout = timeout;
    this.budget = budget;
  }

  sealed interface Body {

    /// @param held to be released when nobody wants the bytes any more
    record Whole(ByteString bytes, BodyBudget.Share held) implements Body {}

    /// Not taken; nothing of it is held.
    sealed interface Refused extends Body {}

    record TooLarge(int maxBytes) implements Refused {}

    record TooSlow(Duration timeout) implements Refused {}

    /// The node holds as much of other bodies as it may.
    record NoRoom() implements Refused {}

    /// The client went away in the middle, or what it sent is no body.
    record BrokenOff() implements Refused {}
  }

  /// Never fails.
  CompletionStage<Body> read(HttpRequest request, int maxBytes) {
    if (request.entity() instanceof HttpEntity.Strict strict) {
      var bytes = strict.getData();
      return CompletableFuture.completedFuture(strict(bytes, maxBytes));
    }
    var announcedBytes = request.entity().getContentLengthOption();
    long excessBytes = announcedBytes.orElse(0) - maxBytes;
    if (excessBytes > MAX_DISCARDED_BYTES
        || excessBytes > 0 && request.getHeader("Expect").isPresent()) {
      return CompletableFuture.completedFuture(new Body.TooLarge(maxBytes));
    }
    var collected = new Collected(maxBytes, announcedBytes, budget.share());
    request
        .entity()
        .withoutSizeLimit()
        .getDataBytes()
        .completionTimeout(timeout)
        .runWith(Sink.foreach(collected::add), system)
        .whenComplete((_, failure) -> {
          if (failure == null) {
            collected.end();
          } else {
            collected.fail(failure, timeout);
          }
        });
    return collected.body;
  }

  private Body strict(ByteString bytes, int maxBytes) {
    if (bytes.size() > maxBytes) {
      return new Body.TooLarge(maxBytes);
    }
    var held = budget.share();
    return held.resize(bytes.size()) ? new Body.Whole(bytes, held) : new Body.NoRoom();
  }

  /// Answers a request whose body nobody wants, once that has come.
  CompletionStage<HttpResponse> refuse(HttpRequest request, HttpResponse response) {
    if (request.entity() instanceof HttpEntity.Strict) {
      return CompletableFuture.completedFuture(response);
    }
    return request
        .entity()
        .withoutSizeLimit()
        .getDataBytes()
        .completionTimeout(timeout)
        .limitWeighted(MAX_DISCARDED_BYTES, bytes -> (long) bytes.size())
        .runWith(Sink.ignore(), system)
        .handle((_, _) -> response);
  }

  /// What to tell a client whose body was not taken.
  static Problem problem(Body.Refused refused) {
    return switch (refused) {
      case Body.TooLarge(int maxBytes) ->
          Problem.of(
              Fault.BODY_TOO_LARGE,
              "The body is larger than the " + maxBytes + " bytes that are taken.");
      case Body.TooSlow(var timeout) ->
          Problem.of(
              Fault.BODY_TOO_SLOW,
              "The body did not arrive within " + timeout.toSeconds() + " seconds.");
      case Body.NoRoom _ ->
          Problem.of(
              Fault.BODIES_FULL,
              "The calls that wait here hold as many bytes as this node may. Try again.");
      case Body.BrokenOff _ ->
          Problem.of(Fault.BODY_BROKEN_OFF, "The body ended before it was complete.");
    };
  }

  /// Confined to the stream that fills it, until `body` is completed.
  private static final class Collected {

    private final CompletableFuture<Body> body = new CompletableFuture<>();
    private final int maxBytes;
    private final int limitBytes;
    private final int reservedBytes;
    private final BodyBudget.Share held;
    private Optional<Body.Refused> refusal = Optional.empty();
    private byte[] bytes = new byte[0];
    private int size;
    private long cameBytes;

    /// An announced length is reserved at once, so that a body that was begun can also end; any
    /// other as it grows.
    Collected(int maxBytes, OptionalLong announcedBytes, BodyBudget.Share held) {
      this.maxBytes = maxBytes;
      this.held = held;
      long announced = announcedBytes.orElse(Math.min(USUAL_BYTES, maxBytes));
      this.limitBytes = (int) Math.min(announcedBytes.orElse(maxBytes), maxBytes);
      this.reservedBytes = (int) Math.min(announced, maxBytes);
      if (announced > maxBytes) {
        refuse(new Body.TooLarge(maxBytes));
      } else if (!held.resize(announced)) {
        refuse(new Body.NoRoom());
      } else {
        bytes = new byte[(int) Math.min(announced, MOST_AT_ONCE_BYTES)];
      }
    }

    void add(ByteString next) {
      cameBytes += next.size();
      if (refusal.isPresent()) {
        if (cameBytes - maxBytes > MAX_DISCARDED_BYTES) {
          throw new IllegalStateException("a refused body goes on");
        }
      } else if (next.size() > maxBytes - size) {
        refuse(new Body.TooLarge(maxBytes));
      } else if (hasRoom(size + next.size())) {
        next.copyToArray(bytes, size, next.size());
        size += next.size();
      } else {
        refuse(new Body.NoRoom());
      }
    }

    private boolean hasRoom(int needed) {
      if (needed > bytes.length) {
        int grown = (int) Math.max(needed, Math.min(limitBytes, 2L * bytes.length));
        if (!held.resize(Math.max(grown, reservedBytes))) {
          return false;
        }
        bytes = Arrays.copyOf(bytes, grown);
      }
      return true;
    }

    void end() {
      if (refusal.isPresent()) {
        body.complete(refusal.get());
      } else {
        var whole = size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
        held.resize(size);
        body.complete(new Body.Whole(ByteString.fromArrayUnsafe(whole), held));
      }
    }

    void fail(Throwable failure, Duration timeout) {
      if (refusal.isEmpty()) {
        LOG.debug("a body was not read to its end", failure);
        refuse(isTimeout(failure) ? new Body.TooSlow(timeout) : new Body.BrokenOff());
      }
      body.complete(refusal.orElseThrow());
    }

    private void refuse(Body.Refused why) {
      bytes = new byte[0];
      held.release();
      refusal = Optional.of(why);
    }

    private static boolean isTimeout(Throwable failure) {
      var cause =
          failure instanceof CompletionException && failure.getCause() != null
              ? failure.getCause()
              : failure;
      return cause instanceof TimeoutException;
    }
  }
}
