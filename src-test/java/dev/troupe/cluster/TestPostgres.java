package dev.troupe.cluster;

import dev.troupe.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import org.awaitility.Awaitility;

/// A PostgreSQL server of the tests' own, from the binaries of a package. Nothing needs to be installed.
///
/// It does not run as root. Where the tests do, it runs as `nobody`, in a folder of theirs. Without
/// binaries for this machine, [#isPossible] says no.
public final class TestPostgres implements AutoCloseable {

  public static final String USER = "troupe";
  public static final String PASSWORD = "p'ss w0rd";

  /// The same on every Linux.
  private static final String NOBODY = "65534";

  private static final AtomicInteger DATABASES = new AtomicInteger();

  private static final String LOOPBACK = "127.0.0.1";

  private final Path folder;
  private final String host;
  private final int port;
  private Process server;

  private TestPostgres(Path folder, String host, int port, Process server) {
    this.folder = folder;
    this.host = host;
    this.port = port;
    this.server = server;
  }

  /// Whether there are binaries for this machine.
  public static boolean isPossible() {
    return TestPostgres.class.getResource(archive()) != null;
  }

  /// The one that all tests of this JVM share.
  static TestPostgres shared() {
    return Shared.SERVER;
  }

  private static final class Shared {
    private static final TestPostgres SERVER = start();
  }

  /// A server of its own, for those who do it harm. Takes about two seconds.
  static TestPostgres start() {
    return start(LOOPBACK);
  }

  /// A server that other hosts of its network may ask, too.
  ///
  /// @param host address to listen on
  public static TestPostgres start(String host) {
    try {
      var folder = Files.createTempDirectory("troupe-postgres");
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
      unpack(folder);
      initialize(folder);
      int port = FreePorts.one();
      var postgres = new TestPostgres(folder, host, port, serve(folder, host, port));
      Runtime.getRuntime().addShutdownHook(new Thread(postgres::close));
      postgres.awaitReady();
      return postgres;
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    } catch (InterruptedException failed) {
      throw new IllegalStateException(failed);
    }
  }

  /// An empty database.
  ///
  /// @return its URL
  public String newDatabase() {
    var name = "test" + DATABASES.incrementAndGet();
    execute(url("postgres"), "CREATE DATABASE " + name);
    return url(name);
  }

  static void execute(String url, String command) {
    try (var connection = connect(url);
        var statement = connection.createStatement()) {
      statement.execute(command);
    } catch (SQLException failed) {
      throw new IllegalStateException(failed);
    }
  }

  /// Kills every process of the server at once.
  void kill() {
    var processes = processes();
    signal("KILL", processes);
    // Memory that they share keeps a new server from starting.
    processes.forEach(process -> process.onExit().join());
  }

  /// Stops every process of the server, which then keeps its connections and says nothing.
  void pause() {
    signal("STOP", processes());
  }

  void resume() {
    signal("CONT", processes());
  }

  /// Starts it again, after [#kill], on the same port.
  void restart() throws IOException {
    server = serve(folder, host, port);
    awaitReady();
  }

  @Override
  public void close() {
    resume();
    kill();
    try (var files = Files.walk(folder)) {
      files.sorted((one, other) -> other.compareTo(one)).forEach(file -> file.toFile().delete());
    } catch (IOException | UncheckedIOException _) {
      // It lies in the folder for temporary files.
    }
  }

  private List<ProcessHandle> processes() {
    return Stream.concat(Stream.of(server.toHandle()), server.toHandle().descendants()).toList();
  }

  private static void signal(String signal, List<ProcessHandle> processes) {
    var command = new ArrayList<>(List.of("kill", "-" + signal));
    processes.forEach(process -> command.add(Long.toString(process.pid())));
    try {
      // One may have ended meanwhile.
      new ProcessBuilder(command).redirectError(Redirect.DISCARD).start().waitFor();
    } catch (IOException | InterruptedException failed) {
      throw new IllegalStateException(failed);
    }
  }

  private void awaitReady() {
    Awaitility.await()
        .ignoreExceptions()
        .until(() -> {
          try (var connection = connect(url("postgres"))) {
            return connection.isValid(1);
          }
        });
  }

  private String url(String database) {
    return "jdbc:postgresql://" + host + ":" + port + "/" + database;
  }

  private static Connection connect(String url) throws SQLException {
    return DriverManager.getConnection(url, USER, PASSWORD);
  }

  private static void initialize(Path folder) throws IOException, InterruptedException {
    var password = Files.writeString(folder.resolve("password"), PASSWORD);
    var data = Files.createDirectory(folder.resolve("data"));
    if (isRoot()) {
      run(folder, List.of("chown", NOBODY, data.toString()));
    }
    run(
        folder,
        asSomebody(
            List.of(
                folder.resolve("bin/initdb").toString(),
                "--pgdata=" + data,
                "--username=" + USER,
                "--pwfile=" + password,
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--no-locale",
                "--no-sync")));
    Files.writeString(
        data.resolve("pg_hba.conf"),
        "host all all samenet scram-sha-256\n",
        StandardOpenOption.APPEND);
  }

  private static Process serve(Path folder, String host, int port) throws IOException {
    return new ProcessBuilder(
            asSomebody(
                List.of(
                    folder.resolve("bin/postgres").toString(),
                    "-D",
                    folder.resolve("data").toString(),
                    "-p",
                    Integer.toString(port),
                    "-c",
                    "listen_addresses=" + host,
                    "-c",
                    "unix_socket_directories=",
                    "-c",
                    "shared_buffers=16MB")))
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .redirectOutput(Redirect.to(folder.resolve("server.log").toFile()))
        .start();
  }

  private static void run(Path folder, List<String> command)
      throws IOException, InterruptedException {
    var log = folder.resolve("setup.log");
    var process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IOException(command + " failed: " + Files.readString(log));
    }
  }

  /// PostgreSQL refuses to run as root.
  private static List<String> asSomebody(List<String> command) {
    if (!isRoot()) {
      return command;
    }
    var whole =
        new ArrayList<>(
            List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups", "--"));
    whole.addAll(command);
    return whole;
  }

  private static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  private static void unpack(Path folder) throws IOException {
    try (var packed = TestPostgres.class.getResourceAsStream(archive());
        var files = new TarArchiveInputStream(new XZCompressorInputStream(packed))) {
      for (var entry = files.getNextEntry(); entry != null; entry = files.getNextEntry()) {
        unpack(files, entry, folder.resolve(entry.getName()).normalize());
      }
    }
  }

  private static void unpack(TarArchiveInputStream files, TarArchiveEntry entry, Path target)
      throws IOException {
    if (entry.isDirectory()) {
      Files.createDirectories(target);
      return;
    }
    Files.createDirectories(target.getParent());
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
    } else {
      Files.copy(files, target);
      boolean isProgram = (entry.getMode() & 0100) != 0;
      Files.setPosixFilePermissions(
          target, PosixFilePermissions.fromString(isProgram ? "rwxr-xr-x" : "rw-r--r--"));
    }
  }

  private static String archive() {
    var os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    var machine = System.getProperty("os.arch").equals("aarch64") ? "arm_64" : "x86_64";
    return "/postgres-" + os + "-" + machine + ".txz";
  }
}
