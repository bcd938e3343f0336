package dev.troupe.bench.scale;

import dev.troupe.process.JavaProcess;
import dev.troupe.process.JavaProcess.Launch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// Heap of one node with many idle programs. Those beyond the number that may be resident leave memory
/// for storage, and come back when somebody asks.
///
/// Expected: a million idle programs take less than 2 GiB of heap, in a JVM that has no more; every one
/// that is asked afterwards knows its call.
@Command(
    name = "idle",
    description = "Heap of one node with many idle programs.",
    mixinStandardHelpOptions = true)
final class IdleProgramsBenchmark implements Callable<Integer> {

  @Option(
      names = "--programs",
      defaultValue = "1000000",
      description = "Programs (${DEFAULT-VALUE}).")
  private int programs;

  @Option(
      names = "--resident",
      defaultValue = "20000",
      description = "troupe.program.max-resident (${DEFAULT-VALUE}).")
  private int resident;

  @Option(names = "--heap", defaultValue = "2g", description = "Of the node (${DEFAULT-VALUE}).")
  private String heap = "2g";

  @Override
  public Integer call() throws IOException, InterruptedException {
    System.out.printf("%,d programs, %,d resident, -Xmx%s%n", programs, resident, heap);
    var folder = Files.createTempDirectory("idle-programs");
    try {
      var process =
          JavaProcess.start(
              new Launch(
                  List.of(),
                  List.of("-Xmx" + heap),
                  IdleProgramsNode.class.getName(),
                  List.of(
                      Integer.toString(programs), Integer.toString(resident), folder.toString()),
                  Launch.wholeClassPath()),
              ProcessBuilder.Redirect.INHERIT,
              System.out::println);
      return process.process().waitFor();
    } finally {
      delete(folder);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
