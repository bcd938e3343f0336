package dev.troupe.simulated;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// How a simulated engine behaves.
///
/// @param apiKey bearer token that requests must carry
/// @param exitsOnEof whether the process ends when its standard input does
record SimulatedSettings(
    Address address,
    List<String> models,
    Optional<String> apiKey,
    Capacity capacity,
    Work work,
    boolean exitsOnEof) {

  /// @param port 0 takes any free one
  record Address(String host, int port) {}

  /// @param slots requests that run at once
  /// @param maxWaiting requests that may wait; more are answered with 503
  /// @param byPriority whether the request field `priority` orders those that wait, lower first
  /// @param blocks blocks of the KV cache
  /// @param blockTokens tokens of one block
  /// @param maxModelTokens longest prompt with output
  record Capacity(
      int slots,
      int maxWaiting,
      boolean byPriority,
      int blocks,
      int blockTokens,
      int maxModelTokens) {}

  /// @param prefillNanosPerToken for each prompt token that is not cached
  /// @param outputTokens where the request gives no limit
  /// @param toolArguments asks for the first tool that a request declares, with these arguments
  /// @param sendsHeadFirst whether a stream's head goes out before its first token
  record Work(
      long prefillNanosPerToken,
      long decodeNanosPerToken,
      int tokensPerChunk,
      int outputTokens,
      Optional<String> toolArguments,
      boolean sendsHeadFirst) {}

  SimulatedSettings {
    models = List.copyOf(models);
    require(!models.isEmpty(), "--models needs a name");
    require(capacity.slots > 0, "--slots must be positive");
    require(capacity.blocks > 0 && capacity.blockTokens > 0, "--blocks must be positive");
    require(work.prefillNanosPerToken >= 0 && work.decodeNanosPerToken >= 0, "time is positive");
    require(work.tokensPerChunk > 0, "--tokens-per-chunk must be positive");
    require(work.outputTokens > 0, "--output-tokens must be positive");
  }

  /// Reads the command line. Of a flag given twice, the last counts.
  ///
  /// @throws CommandLine.ParameterException when it cannot be understood
  static SimulatedSettings of(String... args) {
    var line = new CommandLine(Flags.class).setOverwrittenOptionsAllowed(true);
    line.parseArgs(args);
    Flags given = line.getCommand();
    return new SimulatedSettings(
        new Address(given.host(), given.port()),
        given.models(),
        Optional.ofNullable(given.apiKey()),
        new Capacity(
            given.slots(),
            given.maxWaiting(),
            given.byPriority(),
            given.blocks(),
            given.blockTokens(),
            given.maxModelTokens()),
        new Work(
            Math.round(given.prefillMicros() * 1000),
            Math.round(given.decodeMicros() * 1000),
            given.tokensPerChunk(),
            given.outputTokens(),
            Optional.ofNullable(given.toolArguments()),
            given.headFirst()),
        given.exitOnEof());
  }

  static String usage() {
    return new CommandLine(Flags.class).getUsageMessage();
  }

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }

  @Command(
      name = "simulated-engine",
      description = "A model server without a model, for tests and benchmarks.",
      showDefaultValues = true)
  interface Flags {

    @Option(names = "--host", defaultValue = "127.0.0.1", description = "address to listen on")
    String host();

    @Option(names = "--port", defaultValue = "8000", description = "port; 0 takes any free one")
    int port();

    @Option(
        names = "--models",
        split = ",",
        defaultValue = "simulated",
        description = "models it answers to")
    List<String> models();

    @Option(names = "--api-key", description = "bearer token that requests must carry")
    @Nullable String apiKey();

    @Option(names = "--slots", defaultValue = "8", description = "requests that run at once")
    int slots();

    @Option(
        names = "--max-waiting",
        defaultValue = "10000",
        description = "requests that may wait; more get 503")
    int maxWaiting();

    @Option(
        names = "--priority",
        description = "the request field `priority` orders the queue, lower first")
    boolean byPriority();

    @Option(names = "--blocks", defaultValue = "65536", description = "blocks of the KV cache")
    int blocks();

    @Option(names = "--block-tokens", defaultValue = "16", description = "tokens of a block")
    int blockTokens();

    @Option(
        names = "--max-model-tokens",
        defaultValue = "1000000",
        description = "longest prompt with output")
    int maxModelTokens();

    @Option(
        names = "--prefill-micros",
        defaultValue = "20",
        description = "microseconds per prompt token that is not cached")
    double prefillMicros();

    @Option(
        names = "--decode-micros",
        defaultValue = "10000",
        description = "microseconds per output token")
    double decodeMicros();

    @Option(
        names = "--tokens-per-chunk",
        defaultValue = "1",
        description = "output tokens per event of a stream")
    int tokensPerChunk();

    @Option(
        names = "--output-tokens",
        defaultValue = "32",
        description = "output where the request sets no limit")
    int outputTokens();

    @Option(
        names = "--tool-arguments",
        description = "asks for the first tool a request declares, with these JSON arguments")
    @Nullable String toolArguments();

    @Option(names = "--head-first", description = "a stream's head goes out before its first token")
    boolean headFirst();

    @Option(names = "--exit-on-eof", description = "ends when its standard input ends")
    boolean exitOnEof();
  }
}
