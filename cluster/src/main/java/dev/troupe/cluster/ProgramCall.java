package dev.troupe.cluster;

import dev.troupe.actor.CallEvent;
import dev.troupe.actor.CallRequest;
import dev.troupe.actor.CallsActor;
import dev.troupe.cluster.ProgramCallEvent.Began;
import dev.troupe.cluster.ProgramCallEvent.Ended;
import dev.troupe.cluster.ProgramCallEvent.Output;
import dev.troupe.cluster.ProgramCallEvent.Queued;
import dev.troupe.cluster.ProgramCallEvent.Rejected;
import dev.troupe.program.Call;
import dev.troupe.program.Program;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.stream.BoundedSourceQueue;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/// One call of an application under way: turns what the call's actor tells into a source.
///
/// ```
///   Queued…  then  Began Output… Ended  |  Rejected  |  Failed
/// ```
final class ProgramCall {

  /// Places in the queue that are remembered for a slow listener; later ones are left out.
  private static final int MAX_POSITIONS = 16;

  private static final int MAX_REJECTION_BYTES = 65_536;

  private final CompletableFuture<Source<ProgramCallEvent, NotUsed>> answer =
      new CompletableFuture<>();
  private final CompletableFuture<ProgramCallEvent> last = new CompletableFuture<>();
  private final BoundedSourceQueue<ProgramCallEvent> positions;

  private ProgramCall(BoundedSourceQueue<ProgramCallEvent> positions) {
    this.positions = positions;
  }

  /// The events of a call that is made when the source is run, and abandoned when it is cancelled.
  static Source<ProgramCallEvent, NotUsed> events(
      ActorRef<CallsActor.Command> calls,
      Call call,
      CallRequest request,
      Program.Declared declared,
      Duration deadline) {
    return Source.<ProgramCallEvent>queue(MAX_POSITIONS)
        .mapMaterializedValue(positions -> {
          var started = new ProgramCall(positions);
          calls.tell(
              new CallsActor.Start(
                  call, request, TroupeProgram.SOURCE, false, declared, deadline, started::heard));
          return started;
        })
        .concatMat(
            Source.<Source<ProgramCallEvent, NotUsed>>maybe().flatMapConcat(rest -> rest),
            (started, rest) -> {
              started.answer.thenAccept(source -> rest.complete(Optional.of(source)));
              return started;
            })
        .watchTermination((started, over) -> {
          over.whenComplete((_, _) -> {
            // By the id of a call that has ended, or was refused as a duplicate, another one lives.
            if (!started.last.isDone()) {
              calls.tell(new CallsActor.Abandon(call.id()));
            }
          });
          return NotUsed.getInstance();
        });
  }

  private void heard(CallEvent event) {
    switch (event) {
      case CallEvent.Queued(int position) -> positions.offer(new Queued(position));
      case CallEvent.Answering answering -> goOn(answered(answering));
      case CallEvent.Failed(var reason, var detail, var retryAfter) -> {
        last.complete(new ProgramCallEvent.Failed(reason, detail, retryAfter));
        // Without effect when there is an answer, which ends with that event then.
        goOn(Source.completionStage(last));
      }
      case CallEvent.Ended(var how) -> last.complete(new Ended(how));
    }
  }

  private void goOn(Source<ProgramCallEvent, NotUsed> rest) {
    answer.complete(rest);
    try {
      positions.complete();
    } catch (IllegalStateException over) {
      // The application has left, and nothing waits for the rest. The queue has no other way to say
      // so that does not race with it.
      answer.cancel(false);
    }
  }

  private Source<ProgramCallEvent, NotUsed> answered(CallEvent.Answering answering) {
    var answer = answering.answer();
    if (!answer.isSuccess()) {
      return answer
          .body()
          .fold(ByteString.emptyByteString(), ProgramCall::upToTheLimit)
          .map(body -> new Rejected(answer.status(), body.utf8String()));
    }
    var lease = answering.lease();
    ProgramCallEvent began =
        new Began(
            lease.engine().id(), lease.why().rule(), Duration.ofNanos(answering.waitedNanos()));
    return Source.single(began)
        .concat(
            answer
                .body()
                .<ProgramCallEvent>map(Output::new)
                // How it broke off is said by the end.
                .recoverWithRetries(
                    1, Throwable.class, () -> Source.from(List.<ProgramCallEvent>of())))
        .concat(Source.completionStage(last));
  }

  private static ByteString upToTheLimit(ByteString sum, ByteString next) {
    return sum.concat(next.take(MAX_REJECTION_BYTES - sum.size()));
  }
}
