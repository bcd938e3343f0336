package dev.troupe.actor;

import com.typesafe.config.Config;
import dev.troupe.program.SettingRules;
import dev.troupe.program.SettingsReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// The `troupe.recording` section of the configuration.
///
/// @param file where served calls are written; empty where none are
/// @param maxBytes size of the file at which recording ends
public record RecordingSettings(Optional<Path> file, long maxBytes) {

  private static final SettingRules RULES = new SettingRules("troupe.recording");

  public RecordingSettings {
    RULES.requireAtLeast(1, "max-size", maxBytes);
    file.ifPresent(path ->
        RULES.require(
            canBeWritten(path.toAbsolutePath()),
            "file",
            "a file that this node may write, in a directory that is there",
            path));
  }

  public static RecordingSettings of(Config config) {
    var section = SettingsReader.of(config, "troupe.recording");
    return new RecordingSettings(
        Optional.of(section.text("file")).filter(file -> !file.isBlank()).map(Path::of),
        section.bytes("max-size"));
  }

  private static boolean canBeWritten(Path file) {
    return Files.exists(file)
        ? Files.isRegularFile(file) && Files.isWritable(file)
        : file.getParent() != null && Files.isWritable(file.getParent());
  }
}
