package dev.troupe.embedded;

import java.nio.file.Path;
import java.util.Map;

/// Where fetched files are kept for the user: `$TROUPE_CACHE`, else `$XDG_CACHE_HOME/troupe`, else
/// `~/.cache/troupe`.
public record CacheFolder(Path path) {

  /// @param environment of the process
  /// @param userHome the user's home folder
  public static CacheFolder of(Map<String, String> environment, Path userHome) {
    var own = environment.getOrDefault("TROUPE_CACHE", "");
    if (!own.isBlank()) {
      return new CacheFolder(Path.of(own).toAbsolutePath());
    }
    var shared = environment.getOrDefault("XDG_CACHE_HOME", "");
    var caches = shared.isBlank() ? userHome.resolve(".cache") : Path.of(shared).toAbsolutePath();
    return new CacheFolder(caches.resolve("troupe"));
  }

  /// The folder of the user who runs this process.
  public static CacheFolder ofUser() {
    return of(System.getenv(), Path.of(System.getProperty("user.home")));
  }

  Path embedded() {
    return path.resolve("embedded");
  }

  Path logs() {
    return path.resolve("logs");
  }
}
