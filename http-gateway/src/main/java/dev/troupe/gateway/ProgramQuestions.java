package dev.troupe.gateway;

import dev.troupe.actor.ProgramActor;
import dev.troupe.actor.Programs;
import dev.troupe.program.Program;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/// Puts questions to programs from outside of actors. [Programs] is told, and knows no asking.
final class ProgramQuestions {

  private final ActorSystem<?> system;
  private final Duration timeout;
  private final ActorRef<ToProgram> relay;

  private record ToProgram(Program.Id program, ProgramActor.Command command) {}

  ProgramQuestions(ActorSystem<?> system, Programs programs, Duration timeout) {
    this.system = system;
    this.timeout = timeout;
    this.relay =
        system.systemActorOf(
            Behaviors.receiveMessage(message -> {
              programs.tell(message.program(), message.command());
              return Behaviors.same();
            }),
            "gateway-programs-" + UUID.randomUUID(),
            Props.empty());
  }

  /// Fails when the program does not answer in time.
  CompletionStage<ProgramActor.Described> ask(
      Program.Id program,
      Function<ActorRef<ProgramActor.Described>, ProgramActor.Command> question) {
    return AskPattern.ask(
        relay,
        (ActorRef<ProgramActor.Described> replyTo) ->
            new ToProgram(program, question.apply(replyTo)),
        timeout,
        system.scheduler());
  }
}
