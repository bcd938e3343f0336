package dev.troupe.actor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordingSettingsTest {

  @TempDir Path folder;

  @Test
  void recordsNothingUnlessAFileIsNamed() {
    assertThat(of("")).isEqualTo(new RecordingSettings(Optional.empty(), 1L << 30));
  }

  @Test
  void takesAFileThatIsNotThereYetInADirectoryThatIs() {
    var file = folder.resolve("calls.jsonl");

    assertThat(of("file = \"%s\", max-size = 5 MiB".formatted(file)))
        .isEqualTo(new RecordingSettings(Optional.of(file), 5 << 20));
  }

  @Test
  void takesAFileInTheWorkingDirectory() {
    assertThat(of("file = calls.jsonl").file()).contains(Path.of("calls.jsonl"));
  }

  @Test
  void refusesAPlaceWhereNoFileCanBe() {
    for (var place : new Path[] {folder, folder.resolve("missing/calls.jsonl")}) {
      assertThatThrownBy(() -> of("file = \"%s\"".formatted(place)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "troupe.recording.file: expected a file that this node may write, in a directory that is"
                  + " there, not "
                  + place);
    }
  }

  @Test
  void refusesASizeThatHoldsNothing() {
    assertThatThrownBy(() -> of("max-size = 0"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("troupe.recording.max-size: expected 1 or more, not 0");
  }

  private static RecordingSettings of(String settings) {
    return RecordingSettings.of(
        ConfigFactory.parseString("troupe.recording { %s }".formatted(settings))
            .withFallback(ConfigFactory.defaultReference()));
  }
}
