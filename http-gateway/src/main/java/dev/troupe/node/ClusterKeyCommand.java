package dev.troupe.node;

import dev.troupe.cluster.TlsSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// Makes the key that the nodes of a cluster share, with the JDK's own tool.
///
/// The file is a PKCS12 with one private key (ECDSA, P-256) and its own certificate, for ten years. It
/// appears whole or not at all, readable by its owner alone.
@Command(
    name = "cluster-key",
    mixinStandardHelpOptions = true,
    description = {
      "Makes the key by which the nodes of a cluster know each other.",
      "Its password is read from the environment variable " + TlsSettings.PASSWORD_VARIABLE + "."
    })
final class ClusterKeyCommand implements Callable<Integer> {

  private static final int SHORTEST_PASSWORD = 6;

  @Parameters(paramLabel = "FILE", description = "The file to make, such as cluster.p12.")
  private @Nullable Path file;

  @Override
  public Integer call() throws InterruptedException {
    var target = Optional.ofNullable(file).orElseThrow().toAbsolutePath();
    var password = System.getenv().getOrDefault(TlsSettings.PASSWORD_VARIABLE, "");
    if (password.length() < SHORTEST_PASSWORD) {
      throw new CommandException(
          "set the environment variable %s to the password of the key, at least %d characters, here and on every node"
              .formatted(TlsSettings.PASSWORD_VARIABLE, SHORTEST_PASSWORD));
    }
    if (Files.exists(target)) {
      throw new CommandException(
          target
              + " exists already; a cluster has one key, so copy it to the nodes, or name another file");
    }
    try {
      make(target);
    } catch (IOException failure) {
      throw new CommandException("cannot make " + target + ": " + failure, failure);
    }
    System.out.printf(
        "%s is the key of a cluster. Copy it to every node of it and to no other machine, and set there%n%n"
            + "  troupe.cluster.tls.key-file = \"%s\"%n%n"
            + "and the environment variable %s.%n",
        target, target, TlsSettings.PASSWORD_VARIABLE);
    return 0;
  }

  private static void make(Path target) throws IOException, InterruptedException {
    // A folder of its own, which only its owner may enter.
    var folder = Files.createTempDirectory(target.getParent(), ".cluster-key-");
    var made = folder.resolve("key.p12");
    try {
      runKeytool(made);
      Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rw-------"));
      Files.move(made, target);
    } finally {
      Files.deleteIfExists(made);
      Files.delete(folder);
    }
  }

  private static void runKeytool(Path made) throws IOException, InterruptedException {
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "troupe",
                "-dname",
                "CN=troupe",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-validity",
                "3650",
                "-storetype",
                "PKCS12",
                "-keystore",
                made.toString(),
                "-storepass:env",
                TlsSettings.PASSWORD_VARIABLE)
            .redirectErrorStream(true)
            .start();
    var said = String.join(" ", process.inputReader().readAllLines());
    if (process.waitFor() != 0) {
      throw new IOException("keytool: " + said);
    }
  }
}
