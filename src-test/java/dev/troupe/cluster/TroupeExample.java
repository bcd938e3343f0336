package dev.troupe.cluster;

import com.typesafe.config.ConfigFactory;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.stream.javadsl.Sink;

/// An application that joins a cluster and lets a program of two calls run: the second needs the
/// answer of the first. `docs/jvm-api.md` explains it.
final class TroupeExample {

  private TroupeExample() {}

  /// @param args the address of a node, such as `127.0.0.1:7355`, and the model
  public static void main(String[] args) {
    var config =
        ClusterSettings.clientConfig(
            ConfigFactory.parseString("troupe.cluster.seeds = [\"" + args[0] + "\"]"));
    var system = ActorSystem.create(Behaviors.empty(), ClusterSettings.SYSTEM, config);
    Membership.join(system, ClusterSettings.of(config))
        .thenCompose(_ -> translate(system, args[1], "Troupe schedules programs."))
        .thenAccept(System.out::println)
        .whenComplete((_, _) -> system.terminate())
        .toCompletableFuture()
        .join();
  }

  /// Translates a text and lets the model check its work.
  static CompletionStage<String> translate(ActorSystem<?> system, String model, String text) {
    var program = Troupe.get(system).program("translation-1");
    var draft =
        ChatRequest.to(model).system("Translate into German.").user(text).build().named("draft");
    return program
        .call(draft)
        .via(AnswerText.deltas())
        .runWith(Sink.fold("", String::concat), system)
        .thenCompose(german ->
            program
                .call(
                    ChatRequest.to(model)
                        .system("Improve the translation. Answer with it alone.")
                        .user(text + "\n\n" + german)
                        .build()
                        .after("draft"))
                .via(AnswerText.deltas())
                .runWith(Sink.fold("", String::concat), system))
        .thenCompose(better -> program.end().thenApply(_ -> better));
  }
}
