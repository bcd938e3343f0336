package dev.troupe.process;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A JVM with a main class of this program. It is killed with this process.
///
/// Whatever it prints is read, so that it never waits for its reader.
public final class JavaProcess {

  private static final Pattern ADDRESS = Pattern.compile("http://[\\w.:-]+");
  private static final Pattern READY = Pattern.compile("\\b(ready|up)\\b.* at http:");

  private final Process process;
  private final CompletableFuture<List<URI>> ready = new CompletableFuture<>();

  private JavaProcess(Process process) {
    this.process = process;
  }

  /// What is started.
  ///
  /// @param prefix a command that runs the JVM, such as one that enters a network namespace
  /// @param jvmOptions such as `-Xmx512m`
  /// @param classPath this program's, with or without the tests, or that of another build
  public record Launch(
      List<String> prefix,
      List<String> jvmOptions,
      String main,
      List<String> arguments,
      String classPath) {

    public Launch {
      prefix = List.copyOf(prefix);
      jvmOptions = List.copyOf(jvmOptions);
      arguments = List.copyOf(arguments);
    }

    /// A part of the product.
    public static Launch product(List<String> jvmOptions, String main, List<String> arguments) {
      return new Launch(List.of(), jvmOptions, main, arguments, productClassPath());
    }

    private List<String> command() {
      var command = new ArrayList<>(prefix);
      command.add(ProcessHandle.current().info().command().orElse("java"));
      command.addAll(
          List.of(
              "--sun-misc-unsafe-memory-access=allow",
              "--enable-native-access=ALL-UNNAMED",
              "-XX:+UseCompactObjectHeaders",
              "-Xms64m"));
      command.addAll(jvmOptions);
      command.addAll(List.of("-cp", classPath, main));
      command.addAll(arguments);
      return command;
    }

    /// The class path of this program, the tests included.
    public static String wholeClassPath() {
      return System.getProperty("java.class.path");
    }

    /// The class path without the tests: a product process sees nothing of them, such as their logging.
    public static String productClassPath() {
      return Stream.of(wholeClassPath().split(File.pathSeparator))
          .filter(entry -> !entry.contains("test-classes"))
          .collect(Collectors.joining(File.pathSeparator));
    }
  }

  /// Starts it.
  ///
  /// @param errors where its errors go
  /// @param output takes each line it prints
  public static JavaProcess start(
      Launch launch, ProcessBuilder.Redirect errors, Consumer<String> output) {
    try {
      var process = new ProcessBuilder(launch.command()).redirectError(errors).start();
      Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
      var started = new JavaProcess(process);
      Thread.ofVirtual().start(() -> started.read(output));
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Process process() {
    return process;
  }

  public long pid() {
    return process.pid();
  }

  /// Completes with the addresses that it prints when it is ready; fails when it ends before.
  public CompletableFuture<List<URI>> ready() {
    return ready.copy();
  }

  /// Waits until it is ready; kills it when it is not in time.
  ///
  /// @throws IllegalStateException when it is not
  public List<URI> awaitReady(Duration limit) {
    try {
      return ready().orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS).join();
    } catch (RuntimeException e) {
      process.destroyForcibly();
      throw new IllegalStateException(
          "process " + process.pid() + " did not get ready in " + limit, e);
    }
  }

  /// Asks it to end, and kills it when it does not.
  public void end(Duration limit) {
    process.destroy();
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private void read(Consumer<String> output) {
    try (var lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (var line = lines.readLine(); line != null; line = lines.readLine()) {
        if (READY.matcher(line).find()) {
          ready.complete(
              ADDRESS.matcher(line).results().map(MatchResult::group).map(URI::create).toList());
        }
        output.accept(line);
      }
      ready.completeExceptionally(new IOException("its output ended"));
    } catch (IOException e) {
      ready.completeExceptionally(e);
    }
  }
}
