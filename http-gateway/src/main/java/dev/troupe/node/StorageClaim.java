package dev.troupe.node;

import dev.troupe.cluster.StorageKind;
import dev.troupe.cluster.StorageSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/// A node's hold on its data folder, which one node at a time may use. It ends with the process at
/// the latest.
final class StorageClaim {

  private final FileChannel file;

  private StorageClaim(FileChannel file) {
    this.file = file;
  }

  /// The hold that these settings need: none where the database is shared.
  ///
  /// @throws ConfigurationException when another node holds the folder, or it cannot be written
  static Optional<StorageClaim> of(StorageSettings settings) {
    return settings.kind() == StorageKind.H2_FILE
        ? Optional.of(of(settings.directory()))
        : Optional.empty();
  }

  /// Why a node could not keep anything in its folder, as far as can be told without writing there;
  /// empty where nothing speaks against it. Whether another node holds it is not asked.
  static Optional<String> refusal(StorageSettings settings) {
    if (settings.kind() != StorageKind.H2_FILE) {
      return Optional.empty();
    }
    var nearest =
        Stream.iterate(settings.directory(), Objects::nonNull, Path::getParent)
            .filter(Files::exists)
            .findFirst()
            .orElseThrow();
    return Files.isDirectory(nearest) && Files.isWritable(nearest)
        ? Optional.empty()
        : Optional.of(
            cannotWrite(
                settings.directory(), nearest + " is no folder that this user may write in"));
  }

  private static StorageClaim of(Path directory) {
    try {
      Files.createDirectories(directory);
      var file =
          FileChannel.open(
              directory.resolve("node.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (isLocked(file)) {
        return new StorageClaim(file);
      }
      file.close();
      throw new ConfigurationException(
          "troupe.storage.directory: another node uses "
              + directory
              + "; give this one a folder of its own: put the line troupe.storage.directory = \"FOLDER\""
              + " into a file, and name that with --config");
    } catch (IOException failure) {
      throw new ConfigurationException(cannotWrite(directory, failure.toString()), failure);
    }
  }

  private static String cannotWrite(Path directory, String why) {
    return "troupe.storage.directory: cannot write in " + directory + ": " + why;
  }

  private static boolean isLocked(FileChannel file) throws IOException {
    try {
      return file.tryLock() != null;
    } catch (OverlappingFileLockException ownProcess) {
      return false;
    }
  }

  void release() {
    try {
      file.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
