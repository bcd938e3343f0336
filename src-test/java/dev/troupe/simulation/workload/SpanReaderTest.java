package dev.troupe.simulation.workload;

import static dev.troupe.simulation.workload.SpanText.chat;
import static dev.troupe.simulation.workload.SpanText.request;
import static dev.troupe.simulation.workload.SpanText.span;
import static dev.troupe.simulation.workload.SpanText.step;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The forms of a file of spans, and what is refused.
class SpanReaderTest {

  private static final long SECOND = 1_000_000_000L;

  /// What the collector's file exporter writes of an agent that calls a model, a tool, and the model
  /// again.
  private static final String EXPORTED =
      """
      {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":\
      "assistant"}}]},"scopeSpans":[{"scope":{"name":"opentelemetry.instrumentation.openai_v2",\
      "version":"2.1b0"},"spans":[\
      {"traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"EEE19B7EC3C1B174","parentSpanId":\
      "EEE19B7EC3C1B173","flags":256,"name":"chat llama-3.1-8b","kind":3,"startTimeUnixNano":\
      "1760000003500000000","endTimeUnixNano":"1760000004000000000","attributes":[\
      {"key":"gen_ai.operation.name","value":{"stringValue":"chat"}},\
      {"key":"gen_ai.provider.name","value":{"stringValue":"openai"}},\
      {"key":"gen_ai.request.model","value":{"stringValue":"llama-3.1-8b"}},\
      {"key":"gen_ai.response.finish_reasons","value":{"arrayValue":{"values":[{"stringValue":\
      "stop"}]}}},\
      {"key":"gen_ai.usage.input_tokens","value":{"intValue":"70"}},\
      {"key":"gen_ai.usage.output_tokens","value":{"intValue":"5"}}],"status":{}},\
      {"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b175","parentSpanId":\
      "eee19b7ec3c1b173","name":"chat llama-3.1-8b","kind":3,"startTimeUnixNano":\
      "1760000001000000000","endTimeUnixNano":"1760000002000000000","attributes":[\
      {"key":"gen_ai.operation.name","value":{"stringValue":"chat"}},\
      {"key":"gen_ai.request.model","value":{"stringValue":"llama-3.1-8b"}},\
      {"key":"gen_ai.usage.input_tokens","value":{"intValue":"40"}},\
      {"key":"gen_ai.usage.output_tokens","value":{"intValue":"10"}}],"status":{"code":1}},\
      {"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b176","parentSpanId":\
      "eee19b7ec3c1b173","name":"execute_tool search","kind":1,"startTimeUnixNano":\
      "1760000002000000000","endTimeUnixNano":"1760000003000000000","attributes":[\
      {"key":"gen_ai.operation.name","value":{"stringValue":"execute_tool"}},\
      {"key":"gen_ai.tool.name","value":{"stringValue":"search"}}],"status":{}},\
      {"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b173","parentSpanId":\
      "","name":"invoke_agent assistant","kind":1,"startTimeUnixNano":\
      "1760000000000000000","endTimeUnixNano":"1760000005000000000","attributes":[\
      {"key":"gen_ai.operation.name","value":{"stringValue":"invoke_agent"}},\
      {"key":"gen_ai.usage.input_tokens","value":{"intValue":"110"}},\
      {"key":"gen_ai.usage.output_tokens","value":{"intValue":"15"}}],"status":{}}],\
      "schemaUrl":"https://opentelemetry.io/schemas/1.37.0"}]}]}\
      """;

  @TempDir Path folder;

  @Test
  void readsATraceAsAProgram() throws IOException {
    var workload = read(EXPORTED);

    // 40 tokens fill two blocks of 16, 50 fill three, 70 fill four.
    var first = new CallTrace(List.of(), 40, 10, blocks(0, 2), blocks(0, 3), 0);
    var second = new CallTrace(List.of(0), 70, 5, blocks(0, 4), blocks(0, 4), SECOND + SECOND / 2);
    assertThat(workload.name()).isEqualTo("spans.json");
    assertThat(workload.programs())
        .containsExactly(
            new ProgramTrace(
                "5b8efff798038103d269b633813fc60c",
                "invoke_agent assistant",
                "invoke_agent assistant",
                0,
                16,
                List.of(first, second)));
  }

  @Test
  void readsTheNamesOfOlderConventions() throws IOException {
    var old =
        span("a", "1", "", 0, 1)
            + "{\"key\":\"gen_ai.system\",\"value\":{\"stringValue\":\"openai\"}},"
            + "{\"key\":\"gen_ai.usage.prompt_tokens\",\"value\":{\"intValue\":33}},"
            + "{\"key\":\"gen_ai.usage.completion_tokens\",\"value\":{\"intValue\":7}}]}";

    var call = read(request(old)).programs().getFirst().calls().getFirst();

    assertThat(call.promptTokens()).isEqualTo(33);
    assertThat(call.outputTokens()).isEqualTo(7);
  }

  @Test
  void readsOneDocumentAndPackedLinesAlike() throws IOException {
    var spread = EXPORTED.replace(",", ",\n\n ").replace("[", "[\n");
    var bytes = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bytes)) {
      gzip.write((EXPORTED + "\n").getBytes(StandardCharsets.UTF_8));
    }
    var packed = Files.write(folder.resolve("spans.json.gz"), bytes.toByteArray());

    assertThat(read(spread).programs()).isEqualTo(read(EXPORTED).programs());
    assertThat(reader().read(packed).programs()).isEqualTo(read(EXPORTED).programs());
  }

  @Test
  void gathersATraceFromSeveralRequestsAndOrdersProgramsByTheirFirstCall() throws IOException {
    var workload =
        read(
            request(chat("b", "2", "", 9, 10, "m", 20)),
            request(chat("a", "2", "", 5, 6, "m", 20)),
            "",
            request(chat("b", "1", "", 3, 4, "m", 20)));

    assertThat(workload.programs()).extracting(ProgramTrace::id).containsExactly("b", "a");
    assertThat(workload.programs())
        .extracting(ProgramTrace::arrivalNanos)
        .containsExactly(0L, 2 * SECOND);
    assertThat(workload.programs().getFirst().calls())
        .extracting(CallTrace::waitNanos)
        .containsExactly(0L, 5 * SECOND);
  }

  @Test
  void leavesOutCallsThatFailedAndTracesWithoutCalls() throws IOException {
    var failed =
        step("a", "2", "", 3, 4, "chat").replace("\"name\"", "\"status\":{\"code\":2},\"name\"");

    var programs =
        read(request(
                chat("a", "1", "", 0, 1, "m", 10), failed, step("b", "3", "", 0, 1, "embeddings")))
            .programs();

    assertThat(programs).singleElement().extracting(ProgramTrace::id).isEqualTo("a");
    assertThat(programs.getFirst().calls()).hasSize(1);
  }

  @Test
  void appliesTheRuleForToolWaits() throws IOException {
    var file = write(EXPORTED);

    assertThat(new TraceReader(new WaitRule.None(), 1).read(file).programs().getFirst().calls())
        .extracting(CallTrace::waitNanos)
        .containsExactly(0L, 0L);
  }

  /// Each row changes one thing in the second of three requests.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"traceId\":\"a\",       | ``                     | span 2: traceId is missing; expected a text",
        "\"traceId\":\"a\"        | \"traceId\":\"\"       | span 2: traceId is not hexadecimal",
        "\"spanId\":\"2\"         | \"spanId\":\"x y\"     | a span: spanId is not hexadecimal",
        "\"spanId\":\"2\"         | \"spanId\":\"1\"       | span 1: is there twice in its trace",
        "1760000002000000000      | soon                   | span 2: startTimeUnixNano is not a whole",
        "1760000002000000000      | -5                     | span 2: startTimeUnixNano is not a whole",
        "1760000002000000000      | 0                      | span 2: startTimeUnixNano is 0",
        "1760000003000000000      | 1                      | span 2: endTimeUnixNano is before",
        "{\"intValue\":\"20\"}    | {\"stringValue\":\"\"} | span 2: gen_ai.usage.input_tokens: intValue",
        "{\"intValue\":\"20\"}    | {\"intValue\":\"-1\"}  | intValue is not a whole number, 0 or more: \"-1\"",
        "{\"intValue\":\"20\"}    | {\"intValue\":\"9876543210\"} | intValue is too large",
        "gen_ai.usage.input       | gen_ai.usage.in        | span 2: is a call without gen_ai.usage",
        "\"parentSpanId\":\"\"    | \"parentSpanId\":\"2\" | span 2: its parents make a cycle",
        "\"spans\":[              | \"spans\":[7,          | spans has what is not a JSON object",
        "]}]}]}                   | ]}]}                   | not JSON",
        "{\"resourceSpans\"       | 7 {\"resourceSpans\"   | not a JSON object",
      })
  void refusesABadSpanWithFileLineAndReason(String part, String other, String reason)
      throws IOException {
    var bad = request(chat("a", "2", "", 2, 3, "m", 20));
    assertThat(bad).contains(part);
    var file =
        write(
            request(chat("a", "1", "", 0, 1, "m", 20)),
            bad.replace(part, other),
            request(chat("b", "1", "", 0, 1, "m", 20)));

    assertThatThrownBy(() -> reader().read(file))
        .isInstanceOf(BadTraceException.class)
        .hasMessageMatching("(?s).*spans.json:[23]: .*")
        .hasMessageContaining(reason)
        .message()
        .as("what to do")
        .containsPattern("; |is not a whole");
  }

  @Test
  void refusesEveryBadSpanAndThenEveryBadTrace() throws IOException {
    var backwards = chat("a", "2", "", 9, 3, "m", 20);
    var uncounted = step("b", "1", "", 0, 1, "chat");
    var cyclic = step("c", "1", "1", 0, 1, "chat");

    assertThatThrownBy(
            () -> read(request(backwards, uncounted), request(backwards.replace("2", "3"))))
        .message()
        .contains(":1: span 2: endTime", ":2: span 3: endTime")
        .hasLineCount(2);
    assertThatThrownBy(() -> read(request(uncounted), request(cyclic)))
        .message()
        .contains(":1: span 1: is a call without", ":2: span 1: its parents make")
        .hasLineCount(2);
  }

  @Test
  void namesTheLineOfASpanInsideADocument() throws IOException {
    var file =
        write(
            request(
                "\n" + chat("a", "1", "", 0, 1, "m", 20),
                "\n" + chat("a", "2", "", 9, 3, "m", 20)));

    assertThatThrownBy(() -> reader().read(file))
        .hasMessage(
            file
                + ":3: span 2: endTimeUnixNano is before startTimeUnixNano; correct it or leave out"
                + " the trace");
  }

  @Test
  void refusesAFileWithoutACall() throws IOException {
    var file = write(request(step("a", "1", "", 0, 1, "execute_tool")));

    assertThatThrownBy(() -> reader().read(file))
        .hasMessageStartingWith(
            file + ":1: no span of a call to a model; expected spans with gen_ai.");
  }

  @Test
  void readsTheExampleOfTheDocuments() throws IOException {
    var workload = reader().read(Path.of("../docs/examples/agent-spans.jsonl"));

    assertThat(workload.programs()).hasSize(8);
    // A call, two agents of two calls each, and one that joins them.
    assertThat(workload.programs().stream().filter(program -> program.kind().contains("workflow")))
        .allSatisfy(program ->
            assertThat(program.calls())
                .extracting(CallTrace::parents)
                .containsExactly(
                    List.of(), List.of(0), List.of(1), List.of(0), List.of(3), List.of(2, 4)));
  }

  private static TraceReader reader() {
    return new TraceReader(WaitRule.asRecorded(), 1);
  }

  private Workload read(String... lines) throws IOException {
    return reader().read(write(lines));
  }

  private Path write(String... lines) throws IOException {
    return Files.write(folder.resolve("spans.json"), List.of(lines));
  }

  private static BlockRuns blocks(long first, int count) {
    return new BlockRuns(new long[] {first}, new int[] {count});
  }
}
