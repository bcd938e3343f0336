package dev.troupe.cluster;

import dev.troupe.actor.CallRequest;
import dev.troupe.actor.CallsActor;
import dev.troupe.actor.ProgramActor;
import dev.troupe.actor.ProgramActor.Described;
import dev.troupe.program.Call;
import dev.troupe.program.ModelPool;
import dev.troupe.program.Program;
import dev.troupe.program.ProgramView;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityRef;
import org.apache.pekko.stream.javadsl.Source;

/// A program as an application sees it: makes its calls, asks for its standing, ends it. Costs
/// nothing to hold; many may stand for the same program, on any nodes.
public final class TroupeProgram {

  /// How programs of this API were recognized.
  static final String SOURCE = "jvm";

  private final Program.Id id;
  private final Program.Declared declared;
  private final EntityRef<ProgramActor.Command> actor;
  private final ActorRef<CallsActor.Command> calls;
  private final ClientSettings settings;

  TroupeProgram(
      Program.Id id,
      Program.Declared declared,
      EntityRef<ProgramActor.Command> actor,
      ActorRef<CallsActor.Command> calls,
      ClientSettings settings) {
    this.id = id;
    this.declared = declared;
    this.actor = actor;
    this.calls = calls;
    this.settings = settings;
  }

  public Program.Id id() {
    return id;
  }

  /// The same program, said to have been spawned by another one of its tenant.
  public TroupeProgram childOf(String parent) {
    return declaring(
        new Program.Declared(
            Optional.of(new Program.Id(id.tenant(), parent)),
            declared.priority(),
            declared.remainingCalls()));
  }

  /// The same program, said to matter so much beside others from its next call on.
  ///
  /// @param priority from -4 to 4, see [dev.troupe.program.ProgramPriority]
  /// @throws IllegalArgumentException for another one
  public TroupeProgram withPriority(int priority) {
    return declaring(
        new Program.Declared(
            declared.parent(), OptionalInt.of(priority), declared.remainingCalls()));
  }

  /// The same program, said to make so many calls after each that is made by this: an estimate, better
  /// given anew with each call. Programs that are likely to end soon go first.
  ///
  /// @param calls from 0, the last, to 1,000,000: see [dev.troupe.program.RemainingCalls]
  /// @throws IllegalArgumentException for another one
  public TroupeProgram withRemainingCalls(int calls) {
    return declaring(
        new Program.Declared(declared.parent(), declared.priority(), OptionalInt.of(calls)));
  }

  TroupeProgram declaring(Program.Declared other) {
    return new TroupeProgram(id, other, actor, calls, settings);
  }

  /// The events of a call. Each time the source is run a call is made; cancelling it, in any phase,
  /// ends the call on its engine.
  ///
  /// @throws IllegalArgumentException when the request's body is no JSON object that names a model
  public Source<ProgramCallEvent, NotUsed> call(ModelRequest request) {
    var facts = RequestReader.read(request.body(), settings.bytesPerToken());
    var sent = new CallRequest(request.path(), List.of(), facts.body(), facts.isStreamed());
    return Source.lazySource(() ->
            ProgramCall.events(
                calls,
                callOf(request, facts),
                sent,
                declared,
                request.deadline().orElse(settings.deadline())))
        .mapMaterializedValue(_ -> NotUsed.getInstance());
  }

  /// What the program has received and waited; empty when nothing is known of it.
  public CompletionStage<Optional<ProgramView>> standing() {
    return actor
        .<Described>ask(ProgramActor.Describe::new, settings.askTimeout())
        .thenApply(Described::view);
  }

  /// Ends the program; its open calls are cancelled. A later call begins it again.
  ///
  /// @return what it had received; empty when nothing was known of it
  public CompletionStage<Optional<ProgramView>> end() {
    return actor
        .<Described>ask(
            replyTo -> new ProgramActor.Close(ProgramView.State.COMPLETED, replyTo),
            settings.askTimeout())
        .thenApply(Described::view);
  }

  private Call callOf(ModelRequest request, RequestReader.Facts facts) {
    return new Call(
        Call.Id.of(id, request.name().orElseGet(() -> UUID.randomUUID().toString())),
        id,
        new ModelPool(facts.model()),
        facts.promptTokens(),
        Call.expectedOutputTokens(facts.outputLimit(), settings.outputTokens()),
        facts.prefix(),
        request.parents().stream().map(parent -> Call.Id.of(id, parent)).toList());
  }
}
