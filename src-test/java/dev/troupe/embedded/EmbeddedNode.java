package dev.troupe.embedded;

import java.nio.file.Path;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/// A node with nothing but the embedded engine, for tests that kill it. Writes the engine's process
/// id on a line when it serves.
final class EmbeddedNode {

  private EmbeddedNode() {}

  public static void main(String[] arguments) {
    var engine =
        EmbeddedEngine.prepare(
            EmbeddedEngineSettingsTest.settings("context-tokens = 512, threads = 1"),
            new CacheFolder(Path.of(arguments[0])),
            Progress.silent());
    ActorSystem.create(guardian(engine), "embedded-node");
  }

  private static Behavior<EmbeddedEngineActor.Event> guardian(EmbeddedEngine engine) {
    return Behaviors.setup(context -> {
      context.spawn(engine.supervised(context.getSelf()), "engine");
      return Behaviors.receiveMessage(event -> {
        System.out.println(
            event instanceof EmbeddedEngineActor.Serving serving
                ? "serving " + serving.pid()
                : event.toString());
        return Behaviors.same();
      });
    });
  }
}
