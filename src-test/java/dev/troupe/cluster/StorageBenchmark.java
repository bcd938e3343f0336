package dev.troupe.cluster;

import dev.troupe.cluster.ProgramTable.Row;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;
import org.h2.tools.Server;

/// How long a batch of programs takes to be written, one program to be read, and the events of a step to be
/// appended to one run and to 64, in each database.
///
/// One node writes the same programs again and again, on the disk of the folder for temporary files,
/// with a server on this machine. PostgreSQL runs as it comes, with `fsync` on.
public final class StorageBenchmark {

  private static final long WARM_UP_NANOS = TimeUnit.SECONDS.toNanos(3);
  private static final long ROUND_NANOS = TimeUnit.SECONDS.toNanos(5);

  private static final int EVENT_BYTES = 500;

  private StorageBenchmark() {}

  public static void main(String[] arguments) throws Exception {
    var folder = Files.createTempDirectory("troupe-storage");
    System.out.printf(
        "%-12s %9s %6s %10s %10s %8s%n", "database", "what", "calls", "p50 ms", "p95 ms", "kB");
    measure(StorageSamples.file(folder.resolve("file")));
    var server =
        Server.createTcpServer("-tcpPort", "0", "-ifNotExists", "-baseDir", folder.toString())
            .start();
    measure(StorageSamples.at("jdbc:h2:tcp://127.0.0.1:" + server.getPort() + "/./shared"));
    server.stop();
    if (TestPostgres.isPossible()) {
      try (var postgres = TestPostgres.start()) {
        measure(StorageSamples.at(postgres.newDatabase()));
      }
    } else {
      System.out.println("postgresql   skipped: no binaries for this machine");
    }
    delete(folder);
  }

  private static void measure(StorageSettings settings) throws Exception {
    try (var table = new ProgramTable(settings)) {
      table.open();
      writes(settings, table, 20, 16);
      writes(settings, table, 2_000, 0);
      writes(settings, table, 2_000, 16);
      writes(settings, table, 2_000, 64);
      reads(settings, table);
    }
    try (var table = new RunTable(settings)) {
      table.open();
      appends(settings, table, 1);
      appends(settings, table, 64);
    }
  }

  private static void writes(StorageSettings settings, ProgramTable table, int programs, int calls)
      throws Exception {
    var rows = rows(programs, calls);
    long warmNanos = System.nanoTime() + WARM_UP_NANOS;
    while (System.nanoTime() < warmNanos) {
      table.write(rows);
    }
    var times = new Histogram(3);
    long endNanos = System.nanoTime() + ROUND_NANOS;
    while (System.nanoTime() < endNanos) {
      long beginNanos = System.nanoTime();
      table.write(rows);
      times.recordValue(System.nanoTime() - beginNanos);
    }
    int bytes = rows.stream().mapToInt(row -> ProgramDetails.pack(row.program()).length).sum();
    print(settings, Integer.toString(programs), calls, times, bytes);
  }

  /// Each time the two events of a step, to every run in one batch.
  private static void appends(StorageSettings settings, RunTable table, int runs) throws Exception {
    var times = new Histogram(3);
    long beganNanos = System.nanoTime();
    long endNanos = beganNanos + WARM_UP_NANOS + ROUND_NANOS;
    for (long number = 1; System.nanoTime() < endNanos; number += 2) {
      var growths = growths(runs, number);
      long beginNanos = System.nanoTime();
      table.append(growths);
      if (beginNanos > beganNanos + WARM_UP_NANOS) {
        times.recordValue(System.nanoTime() - beginNanos);
      }
    }
    print(settings, runs == 1 ? "1 run" : runs + " runs", 0, times, runs * 2 * EVENT_BYTES);
  }

  private static List<RunTable.Growth> growths(int runs, long number) {
    var event = new byte[EVENT_BYTES];
    return IntStream.range(0, runs)
        .mapToObj(run ->
            new RunTable.Growth(
                new RunTable.Head(
                    new RunTable.Key("acme", runs + "-" + run), "running", false, 1, number, event),
                List.of(new RunTable.Entry(number, event), new RunTable.Entry(number + 1, event))))
        .toList();
  }

  private static void reads(StorageSettings settings, ProgramTable table) throws Exception {
    var times = new Histogram(3);
    long endNanos = System.nanoTime() + ROUND_NANOS;
    for (int i = 0; System.nanoTime() < endNanos; i++) {
      long beginNanos = System.nanoTime();
      table.read(ProgramSamples.id("p" + i % 2_000));
      times.recordValue(System.nanoTime() - beginNanos);
    }
    print(settings, "read one", 64, times, 0);
  }

  private static void print(
      StorageSettings settings, String what, int calls, Histogram times, int bytes) {
    System.out.printf(
        "%-12s %9s %6d %10.2f %10.2f %8d%n",
        settings.kind().text(),
        what,
        calls,
        times.getValueAtPercentile(50) / 1e6,
        times.getValueAtPercentile(95) / 1e6,
        bytes / 1_000);
  }

  private static List<Row> rows(int programs, int calls) {
    return IntStream.range(0, programs)
        .mapToObj(i ->
            new Row(ProgramSamples.programWithCalls("p" + i, calls), System.currentTimeMillis()))
        .toList();
  }

  private static void delete(Path folder) throws Exception {
    try (var files = Files.walk(folder)) {
      files.sorted((one, other) -> other.compareTo(one)).forEach(file -> file.toFile().delete());
    }
  }
}
