package dev.troupe.cluster;

import java.util.Arrays;
import java.util.stream.Collectors;

/// The databases that programs can be stored in.
public enum StorageKind {
  /// A file that this process alone uses.
  H2_FILE("h2-file", "", SqlDialect.H2),
  /// A server of H2 that several processes share.
  H2_SERVER("h2-server", "jdbc:h2:tcp:", SqlDialect.H2),
  POSTGRESQL("postgresql", "jdbc:postgresql:", SqlDialect.POSTGRESQL);

  private final String text;
  private final String scheme;
  private final SqlDialect dialect;

  StorageKind(String text, String scheme, SqlDialect dialect) {
    this.text = text;
    this.scheme = scheme;
    this.dialect = dialect;
  }

  /// What health calls it.
  public String text() {
    return text;
  }

  SqlDialect dialect() {
    return dialect;
  }

  /// @param url empty for the file
  /// @throws IllegalArgumentException naming the schemes there are, when it is none of them
  static StorageKind of(String url) {
    if (url.isEmpty()) {
      return H2_FILE;
    }
    return Arrays.stream(values())
        .filter(kind -> kind != H2_FILE && url.startsWith(kind.scheme))
        .findFirst()
        // The rest of it may hold what nobody else should read.
        .orElseThrow(() ->
            new IllegalArgumentException(
                "troupe.storage.url: must begin with "
                    + Arrays.stream(values())
                        .filter(kind -> kind != H2_FILE)
                        .map(kind -> kind.scheme)
                        .collect(Collectors.joining(" or "))
                    + ", or be empty for a file in troupe.storage.directory"));
  }
}
