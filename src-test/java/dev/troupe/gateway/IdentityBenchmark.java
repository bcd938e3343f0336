package dev.troupe.gateway;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.troupe.gateway.IdentityFixture.Chat;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/// What it costs to recognize a chat by what was relayed before.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class IdentityBenchmark {

  @Param({"4", "22", "202", "1002"})
  private int messages = 4;

  private final IdentitySettings settings =
      new IdentitySettings(true, true, 200_000, Duration.ofHours(2));
  private final ConversationIndex index =
      new ConversationIndex(
          settings,
          Ticker.systemTicker(),
          new Continuations(settings, Ticker.systemTicker(), OtherGateways.NONE, 0),
          OtherGateways.NONE);
  private ScannedBody known = Chat.of("", "").body();
  private ScannedBody unknown = known;

  @Setup
  public void relay() {
    var node = new IdentityFixture();
    var chat = Chat.of("You are an agent.", "Begin.");
    var stranger = Chat.of("You are another.", "Begin.");
    for (int turn = 0; chat.messages().size() < messages; turn++) {
      var sent = node.send(chat).identified();
      var asked = new Turn(sent.program(), sent.call(), 0, true, false);
      index.relayed(asked, chat.body().messages(), IdentityFixture.says("answer " + turn));
      chat = chat.assistant("answer " + turn).user("observation " + turn);
      stranger = stranger.assistant("answer " + turn).user("observation " + turn);
    }
    known = chat.body();
    unknown = stranger.body();
  }

  /// The last turn matches.
  @Benchmark
  public Optional<Turn> hit() {
    return index.find(IdentityFixture.TENANT, known.messages(), 0);
  }

  /// Every message is looked up, and none matches.
  @Benchmark
  public Optional<Turn> miss() {
    return index.find(IdentityFixture.TENANT, unknown.messages(), 0);
  }

  /// Takes JMH's own options.
  public static void main(String[] args) throws RunnerException, CommandLineOptionException {
    new Runner(
            new OptionsBuilder()
                .parent(new CommandLineOptions(args))
                .include(IdentityBenchmark.class.getName())
                .build())
        .run();
  }
}
