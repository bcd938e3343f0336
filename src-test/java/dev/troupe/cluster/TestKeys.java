package dev.troupe.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/// Keys and certificates, made with the JDK's own tool.
public final class TestKeys {

  public static final String PASSWORD = "not-a-secret";

  private TestKeys() {}

  /// A file that the nodes of a cluster share.
  public record Shared(Path file) {

    /// The settings of a node that has it.
    public String settings() {
      return """
      troupe.cluster.tls { enabled = on, key-file = "%s", key-password = "%s" }
      """
          .formatted(file, PASSWORD);
    }
  }

  /// The files of one node, in PEM form.
  public record Own(Path certificate, Path privateKey, Path authority) {

    /// The settings of a node that has them.
    public String settings() {
      return """
      troupe.cluster.tls {
        enabled = on, certificate-file = "%s", private-key-file = "%s", authority-file = "%s"
      }
      """
          .formatted(certificate, privateKey, authority);
    }
  }

  /// One that signs certificates.
  public record Authority(Path folder) {

    /// A certificate and its key.
    ///
    /// @param name of its files
    /// @param subject its common name and its only DNS name
    Own certificate(String name, String subject) {
      return certificate(name, subject, "dns:" + subject);
    }

    /// @param alternative the only other name of its subject, such as `ip:127.0.0.1`
    public Own certificate(String name, String subject, String alternative) {
      var store = folder.resolve(name + ".p12");
      var request = folder.resolve(name + ".csr");
      var signed = folder.resolve(name + ".crt");
      keytool(store, "-genkeypair", "-alias", name, "-keyalg", "RSA", "-dname", "CN=" + subject);
      keytool(store, "-certreq", "-alias", name, "-file", request.toString());
      keytool(
          folder.resolve("authority.p12"),
          "-gencert",
          "-rfc",
          "-alias",
          "authority",
          "-infile",
          request.toString(),
          "-outfile",
          signed.toString(),
          "-ext",
          "san=" + alternative);
      return new Own(signed, privateKey(store, name), folder.resolve("authority.crt"));
    }

    private Path privateKey(Path store, String name) {
      try (var content = Files.newInputStream(store)) {
        var keys = KeyStore.getInstance("PKCS12");
        keys.load(content, PASSWORD.toCharArray());
        var encoded = keys.getKey(name, PASSWORD.toCharArray()).getEncoded();
        var lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded);
        return Files.writeString(
            folder.resolve(name + ".key"),
            "-----BEGIN PRIVATE KEY-----\n" + lines + "\n-----END PRIVATE KEY-----\n");
      } catch (IOException | GeneralSecurityException failed) {
        throw new IllegalStateException("no key " + name + " in " + store, failed);
      }
    }
  }

  public static Shared shared(Path folder, String name) {
    var file = folder.resolve(name + ".p12");
    keytool(
        file,
        "-genkeypair",
        "-alias",
        "troupe",
        "-keyalg",
        "EC",
        "-groupname",
        "secp256r1",
        "-dname",
        "CN=troupe");
    return new Shared(file);
  }

  public static Authority authority(Path folder) {
    var store = folder.resolve("authority.p12");
    keytool(
        store,
        "-genkeypair",
        "-alias",
        "authority",
        "-keyalg",
        "RSA",
        "-dname",
        "CN=authority",
        "-ext",
        "bc:c");
    keytool(
        store,
        "-exportcert",
        "-rfc",
        "-alias",
        "authority",
        "-file",
        folder.resolve("authority.crt").toString());
    return new Authority(folder);
  }

  private static void keytool(Path store, String... options) {
    var line =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
    line.addAll(Arrays.asList(options));
    line.addAll(
        List.of("-storetype", "PKCS12", "-keystore", store.toString(), "-storepass", PASSWORD));
    try {
      var process = new ProcessBuilder(line).redirectErrorStream(true).start();
      var said = process.inputReader().readAllLines();
      if (process.waitFor() != 0) {
        throw new AssertionError(line + ": " + said);
      }
    } catch (IOException | InterruptedException failed) {
      throw new IllegalStateException("keytool", failed);
    }
  }
}
