package dev.troupe.chaos;

import dev.troupe.process.JavaProcess;
import dev.troupe.process.JavaProcess.Launch;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The simulated engines of a chaos run, all in one process that nothing happens to.
final class Engines implements AutoCloseable {

  static final String MODEL = "chaos";

  /// Calls that each runs at once.
  static final int SLOTS = 48;

  /// What a prompt token costs that is not cached, and an output token: as slow engines, so that it
  /// matters where a program's KV cache is.
  private static final int PREFILL_MICROS = 200;

  private static final int DECODE_MICROS = 20_000;

  private static final Duration LIMIT = Duration.ofSeconds(5);

  private final Web web;
  private final JavaProcess process;
  private final List<URI> urls;

  private Engines(Web web, JavaProcess process, List<URI> urls) {
    this.web = web;
    this.process = process;
    this.urls = urls;
  }

  /// What all engines have done so far.
  ///
  /// @param running requests that run or wait in an engine
  /// @param executions times each request was started, by the mark it was sent with
  record Count(int running, Map<String, Integer> executions) {}

  /// Starts the engines.
  ///
  /// @param host they listen on
  static Engines start(Web web, String host, int engines) {
    var flags =
        List.of(
            Integer.toString(engines),
            "--host=" + host,
            "--port=0",
            "--models=" + MODEL,
            "--slots=" + SLOTS,
            "--prefill-micros=" + PREFILL_MICROS,
            "--decode-micros=" + DECODE_MICROS,
            "--tokens-per-chunk=4",
            "--block-tokens=16",
            "--blocks=65536");
    var launch =
        new Launch(
            List.of(),
            List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
            EngineFarm.class.getName(),
            flags,
            Launch.wholeClassPath());
    var process = JavaProcess.start(launch, ProcessBuilder.Redirect.INHERIT, _ -> {});
    return new Engines(web, process, process.awaitReady(Duration.ofMinutes(1)));
  }

  int size() {
    return urls.size();
  }

  /// Entries of a node's `troupe.engines`.
  String entries() {
    return IntStream.range(0, urls.size())
        .mapToObj(engine ->
            "{ name = engine-%d, dialect = vllm, url = \"%s\", slots = %d }"
                .formatted(engine, urls.get(engine), SLOTS))
        .collect(Collectors.joining(", "));
  }

  /// What calls cost on these engines, as lines of a node's configuration.
  static String prices() {
    return "troupe.service { prefill-time-per-token = %dus, decode-time-per-token = %dus }"
        .formatted(PREFILL_MICROS, DECODE_MICROS);
  }

  /// @throws IllegalStateException when an engine does not answer
  Count count() {
    int running = 0;
    var executions = new HashMap<String, Integer>();
    for (var engine : urls) {
      var url = engine.resolve("/sim/stats");
      var stats =
          web.json(url, LIMIT)
              .orElseThrow(() -> new IllegalStateException("no answer from " + url));
      running += stats.path("running").asInt() + stats.path("waiting").asInt();
      for (var entry : stats.path("executions").properties()) {
        executions.merge(entry.getKey(), entry.getValue().asInt(), Integer::sum);
      }
    }
    return new Count(running, Map.copyOf(executions));
  }

  @Override
  public void close() {
    process.end(Duration.ofSeconds(5));
  }
}
