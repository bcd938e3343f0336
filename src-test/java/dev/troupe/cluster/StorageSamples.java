package dev.troupe.cluster;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import java.nio.file.Path;
import java.util.Map;

/// Settings of storage for tests.
final class StorageSamples {

  private StorageSamples() {}

  /// A file in that folder.
  static StorageSettings file(Path folder) {
    return StorageSettings.of(
        with(Map.of("directory", folder.toString())).withFallback(ConfigFactory.load()));
  }

  /// A database at that URL; the folder is not used.
  static StorageSettings at(String url) {
    return StorageSettings.of(atUrl(url).withFallback(ConfigFactory.load()));
  }

  static Config atUrl(String url) {
    return with(Map.of("url", url, "user", TestPostgres.USER, "password", TestPostgres.PASSWORD));
  }

  private static Config with(Map<String, String> settings) {
    return ConfigValueFactory.fromMap(settings).atPath("troupe.storage");
  }
}
