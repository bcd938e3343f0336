package dev.troupe.embedded;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// One exact version of a Python package, with the checksums of its files: the package client
/// refuses any other.
public record PinnedPackage(String name, String version, List<Wheel> wheels) {

  public PinnedPackage {
    wheels = List.copyOf(wheels);
  }

  /// A built package for one platform.
  ///
  /// @param platform as [#platform(String, String)] says it; `any` for all
  /// @param sha256 in hexadecimal
  public record Wheel(String platform, String sha256, long bytes) {}

  /// The wheel that the package client takes on a platform; empty when none is made for it.
  public Optional<Wheel> wheelFor(String platform) {
    return wheels.stream()
        .filter(wheel -> wheel.platform().equals("any") || wheel.platform().equals(platform))
        .findFirst();
  }

  /// The line of a requirements file that names this version and no other content.
  public String requirement() {
    var line = new StringBuilder(name).append("==").append(version);
    for (var wheel : wheels) {
      line.append(" --hash=sha256:").append(wheel.sha256());
    }
    return line.toString();
  }

  /// Names a platform, such as `linux-x86_64` or `macos-arm64`.
  ///
  /// @param osName as in the system property `os.name`
  /// @param osArch as in the system property `os.arch`
  public static String platform(String osName, String osArch) {
    var system = osName.toLowerCase(Locale.ROOT);
    var family = system.startsWith("mac") ? "macos" : system.replace(' ', '-');
    var processor =
        switch (osArch.toLowerCase(Locale.ROOT)) {
          case "amd64", "x86_64" -> "x86_64";
          case "aarch64", "arm64" -> "arm64";
          case String other -> other;
        };
    return family + "-" + processor;
  }
}
