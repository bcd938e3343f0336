package dev.troupe.connector;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.util.ByteString;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// What it costs to read a stream of 50 chunks of about 200 bytes on its way.
///
/// Expected: less than 150 us for the whole stream, fingerprint and all.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(value = 1, jvmArgsAppend = "--sun-misc-unsafe-memory-access=allow")
public class EventStreamReaderBenchmark {

  @Param({"false", "true"})
  public boolean withholdsUsage;

  private final List<ByteString> chunks = chunks();

  @Benchmark
  public Object read() {
    var facts = new AnswerFacts();
    var reader = new EventStreamReader(facts, withholdsUsage);
    int length = 0;
    for (var chunk : chunks) {
      length += reader.read(chunk).length();
    }
    return length + reader.end().length() + facts.end(Optional.empty()).answer().textLength();
  }

  private static List<ByteString> chunks() {
    var chunks = new ArrayList<ByteString>();
    for (int token = 0; token < 50; token++) {
      chunks.add(
          event(
              "[{\"index\":0,\"delta\":{\"content\":\" word"
                  + token
                  + "\"},\"logprobs\":null,\"finish_reason\":null}]"));
    }
    chunks.add(
        event("[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":50,\"total_tokens\":59}"));
    chunks.add(ByteString.fromString("data: [DONE]\n\n"));
    return chunks;
  }

  private static ByteString event(String choices) {
    var json =
        "data: {\"id\":\"chatcmpl-0123456789abcdef\",\"object\":\"chat.completion.chunk\","
            + "\"created\":1763700000,\"model\":\"model\",\"choices\":"
            + choices
            + "}\n\n";
    return ByteString.fromArray(json.getBytes(UTF_8));
  }
}
