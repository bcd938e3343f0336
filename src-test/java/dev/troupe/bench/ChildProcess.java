package dev.troupe.bench;

import dev.troupe.process.JavaProcess;
import dev.troupe.process.JavaProcess.Launch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A JVM that is measured from outside. It is stopped with this process.
final class ChildProcess implements AutoCloseable {

  private static final Pattern COMPILER = Pattern.compile("C[12] Compiler");
  private static final long TICK_NANOS = 10_000_000;
  private static final Duration START_LIMIT = Duration.ofMinutes(2);

  private final JavaProcess started;
  private final Process process;
  private final List<URI> addresses;

  private ChildProcess(JavaProcess started, List<URI> addresses) {
    this.started = started;
    this.process = started.process();
    this.addresses = addresses;
  }

  /// Starts a main class of this program, and waits until it prints where it is ready.
  ///
  /// @param jvmOptions such as `-Xmx512m`
  static ChildProcess start(List<String> jvmOptions, String main, List<String> arguments) {
    var options = new ArrayList<>(jvmOptions);
    // Compiler threads that stay can be told apart from the others to the end.
    options.addFirst("-XX:-UseDynamicNumberOfCompilerThreads");
    var classPath =
        main.startsWith("dev.troupe.bench") ? Launch.wholeClassPath() : Launch.productClassPath();
    var started =
        JavaProcess.start(
            new Launch(List.of(), options, main, arguments, classPath),
            ProcessBuilder.Redirect.INHERIT,
            _ -> {});
    return new ChildProcess(started, started.awaitReady(START_LIMIT));
  }

  /// The first address that it printed when it was ready.
  URI address() {
    return addresses.getFirst();
  }

  List<URI> addresses() {
    return addresses;
  }

  /// Processor time so far, of all but the JVM's compiler where the system tells it apart.
  long cpuNanos() {
    long all = process.info().totalCpuDuration().map(Duration::toNanos).orElse(0L);
    return all - compilerNanos();
  }

  private long compilerNanos() {
    try (var threads = Files.list(Path.of("/proc/" + process.pid() + "/task"))) {
      return threads.mapToLong(ChildProcess::compilerNanos).sum();
    } catch (IOException notLinux) {
      return 0;
    }
  }

  /// @param thread its folder under `/proc`
  private static long compilerNanos(Path thread) {
    try {
      if (!COMPILER.matcher(Files.readString(thread.resolve("comm"))).lookingAt()) {
        return 0;
      }
      var stat = Files.readString(thread.resolve("stat"));
      // After the name in brackets: state, ten more fields, then ticks in user and in system mode.
      var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * TICK_NANOS;
    } catch (IOException ended) {
      return 0;
    }
  }

  /// Memory resident now; 0 where the system does not tell.
  long residentBytes() {
    return status("VmRSS:") << 10;
  }

  /// Threads of its own and of the JVM; 0 where the system does not tell.
  long threads() {
    return status("Threads:");
  }

  /// @param name of a line of its status under `/proc`
  private long status(String name) {
    try (var lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
      return lines
          .filter(line -> line.startsWith(name))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(0);
    } catch (IOException notLinux) {
      return 0;
    }
  }

  /// What its open file descriptors are, such as `socket:[4711]`; none where the system does not tell.
  List<String> openFiles() {
    try (var files = Files.list(Path.of("/proc/" + process.pid() + "/fd"))) {
      return files.flatMap(ChildProcess::linkTarget).toList();
    } catch (IOException notLinux) {
      return List.of();
    }
  }

  private static Stream<String> linkTarget(Path link) {
    try {
      return Stream.of(Files.readSymbolicLink(link).toString());
    } catch (IOException closed) {
      return Stream.empty();
    }
  }

  /// Has its garbage collected, and says what is left.
  LiveObjects liveObjects() {
    try {
      var jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
      var command =
          new ProcessBuilder(jcmd, Long.toString(process.pid()), "GC.class_histogram")
              .redirectErrorStream(true)
              .start();
      return LiveObjects.of(command.inputReader(StandardCharsets.UTF_8).lines().toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    started.end(Duration.ofSeconds(10));
  }
}
