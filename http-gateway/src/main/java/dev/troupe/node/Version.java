package dev.troupe.node;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/// What `--version` prints: that of the archive with these classes, 0.0.0 where they lie in a folder.
final class Version implements IVersionProvider {

  @Override
  public String[] getVersion() {
    var version = Optional.ofNullable(Version.class.getPackage().getImplementationVersion());
    return new String[] {"Troupe " + version.orElse("0.0.0")};
  }
}
