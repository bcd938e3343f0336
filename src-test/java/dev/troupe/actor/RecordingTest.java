package dev.troupe.actor;

import static dev.troupe.actor.Samples.completed;
import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import dev.troupe.engine.EngineId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordingTest {

  /// As many as may wait.
  private static final int CALLS = 10_000;

  @TempDir Path folder;

  @Test
  void whatEndedBeforeItsSystemIsInTheFile() throws IOException {
    var file = folder.resolve("calls.jsonl");
    var kit =
        ActorTestKit.create(
            ConfigFactory.parseMap(Map.of("troupe.recording.file", file.toString()))
                .withFallback(ConfigFactory.load()));
    var recorder = Recording.recorder(kit.system());
    var served =
        new Recorder.Served(PlayedCall.CALL, new EngineId("e1"), 1, 2, completed(100, 48, 7));

    for (int call = 0; call < CALLS; call++) {
      recorder.ended(served);
    }
    kit.shutdownTestKit();

    try (var lines = Files.lines(file)) {
      assertThat(lines.count()).isEqualTo(CALLS);
    }
  }
}
