package dev.troupe.simulation.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.tuple;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TraceReaderTest {

  private static final String GOOD =
      """
      {"id":"a","kind":"chat","arrival_s":0,"block_tokens":16,"calls":[{"id":0,"parents":[],\
      "prompt_tokens":20,"output_tokens":3}]}\
      """;

  @TempDir Path folder;

  @Test
  void readsEveryFieldOfAProgram() throws IOException {
    var workload =
        read(
            """
            {"id":"late","source":"s","kind":"react","tenant":"acme","arrival_s":1.5,\
            "block_tokens":16,"calls":[\
            {"id":7,"parents":[],"prompt_tokens":40,"output_tokens":10,\
            "prefix_block_hashes":[[5,1],[9,1]],"tool_wait_s":0.0,"wait_kind":"none"},\
            {"id":3,"parents":[7,7],"prompt_tokens":70,"output_tokens":0,\
            "prefix_block_hashes":[[5,1],[9,3]],"tool_wait_s":0.25,"role":"x"}]}\
            """,
            "",
            GOOD);

    var root = new CallTrace(List.of(), 40, 10, blocks(5, 1, 9, 1), blocks(5, 1, 9, 2), 0);
    var child =
        new CallTrace(List.of(0), 70, 1, blocks(5, 1, 9, 3), blocks(5, 1, 9, 3), 250_000_000);
    var alone = new CallTrace(List.of(), 20, 3, BlockRuns.NONE, BlockRuns.NONE, 0);
    assertThat(workload.name()).isEqualTo("trace.jsonl");
    assertThat(workload.programs())
        .containsExactly(
            new ProgramTrace("a", "chat", "chat", 0, 16, List.of(alone)),
            new ProgramTrace("late", "react", "acme", 1_500_000_000, 16, List.of(root, child)));
  }

  @Test
  void leavesOutALastBlockThatThePromptOnlyBegins() throws IOException {
    // 20 tokens fill one block of 16 and begin another.
    var program =
        read(GOOD.replace("_tokens\":3", "_tokens\":3,\"prefix_block_hashes\":[[5,2]]"))
            .programs()
            .getFirst();

    assertThat(program.calls().getFirst().prompt()).isEqualTo(blocks(5, 1));
  }

  @Test
  void knowsGzipByContent() throws IOException {
    var plain = read(GOOD, GOOD);
    var bytes = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bytes)) {
      gzip.write((GOOD + "\n" + GOOD + "\n").getBytes(StandardCharsets.UTF_8));
    }
    var packed = Files.write(folder.resolve("packed.jsonl"), bytes.toByteArray());

    assertThat(reader().read(packed).programs()).isEqualTo(plain.programs()).hasSize(2);
  }

  @Test
  void refusesAFileThatEndsInsideItsCompression() throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(bytes)) {
      gzip.write(GOOD.getBytes(StandardCharsets.UTF_8));
    }
    var cut = Arrays.copyOf(bytes.toByteArray(), bytes.size() / 2);
    var file = Files.write(folder.resolve("cut.gz"), cut);

    assertThatThrownBy(() -> reader().read(file))
        .isInstanceOf(BadTraceException.class)
        .hasMessageStartingWith(file + ":1: cannot be read")
        .hasMessageEndingWith("; its gzip is cut short or damaged, copy it again");
  }

  @Test
  void readsWhatANodeHasRecorded() throws IOException {
    var workload = read(recorded("a", 3), recorded("b", 1));

    assertThat(workload.programs())
        .extracting(ProgramTrace::id, ProgramTrace::arrivalNanos)
        .containsExactly(tuple("b", 0L), tuple("a", 2_000_000_000L));
  }

  @Test
  void namesTheLineOfARecordingThatIsNone() {
    assertThatThrownBy(() -> read(recorded("a", 3), "{}"))
        .isInstanceOf(BadTraceException.class)
        .hasMessage(folder.resolve("trace.jsonl") + ":2: call is missing; expected a text");
  }

  @Test
  void saysThatAFileHasLinesOfSeveralForms() {
    var second = folder.resolve("trace.jsonl") + ":2: this is ";
    var mend = "; put what is of one form in a file of its own";
    var call = "a call of a node's recording";
    var spans = SpanText.request(SpanText.chat("a", "1", "", 0, 1, "m", 20));

    assertThatThrownBy(() -> read(recorded("a", 3), GOOD))
        .hasMessage(second + "a program, and the file begins with " + call + mend);
    assertThatThrownBy(() -> read(GOOD, recorded("a", 3)))
        .hasMessage(second + call + ", and the file begins with a program" + mend);
    assertThatThrownBy(() -> read(GOOD, spans))
        .hasMessage(second + "exported spans, and the file begins with a program" + mend);
    assertThatThrownBy(() -> read(spans, recorded("a", 3)))
        .hasMessage(second + call + ", and the file begins with exported spans" + mend);
  }

  /// Other fields of a program mean nothing.
  @Test
  void takesAProgramForOneWhateverElseItsLineHas() throws IOException {
    var other = GOOD.replace("{\"id\":\"a\"", "{\"call\":1,\"id\":\"b\"");

    assertThat(read(GOOD, other).programs()).hasSize(2);
  }

  @Test
  void refusesACallOfARecordingThatIsThereTwice() {
    assertThatThrownBy(
            () -> read(recorded("a", 3), recorded("b", 3), recorded("a", 4), recorded("a", 3)))
        .hasMessage(
            folder.resolve("trace.jsonl")
                + ":4: call c is there twice, with one arrival; leave out one of them, or the file that"
                + " was joined twice (sort -u keeps each line once)");
  }

  /// As the last line of a node that was killed may be.
  @Test
  void saysThatALineThatWasCutOffCanBeDeleted() {
    assertThatThrownBy(() -> read(recorded("a", 3), recorded("b", 3).substring(0, 30)))
        .hasMessageStartingWith(folder.resolve("trace.jsonl") + ":2: not JSON")
        .hasMessageEndingWith("; a line that was cut off can be deleted");
  }

  private static String recorded(String program, int arrival) {
    return """
    {"call":"c","program":"%s","tenant":"t","arrival_s":%d,"response_s":1,"prompt_tokens":20,\
    "output_tokens":3,"parents":[],"prefix":[]}\
    """
        .formatted(program, arrival);
  }

  @Test
  void tellsProgramsOfOneIdApart() throws IOException {
    var numbered = GOOD.replace("\"a\"", "\"a#2\"");

    assertThat(read(GOOD, numbered, GOOD, GOOD).programs())
        .extracting(ProgramTrace::id)
        .containsExactly("a", "a#2", "a#2#2", "a#3");
  }

  @Test
  void refusesAnEmptyFile() throws IOException {
    assertThatThrownBy(() -> read("", " "))
        .isInstanceOf(BadTraceException.class)
        .hasMessage(
            folder.resolve("trace.jsonl")
                + ":1: no program in this file; expected a JSON object for each, on a line of its own");
  }

  @Test
  void leavesAFileThatIsNotThereToTheCaller() {
    assertThatThrownBy(() -> reader().read(folder.resolve("none")))
        .isInstanceOf(NoSuchFileException.class);
  }

  /// Each row changes one thing in a good line.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "}]}                    | }]                     | not JSON",
        "}]}                    | }]} 7                  | not JSON",
        "{\"id\":\"a\",         | {                      | id is missing",
        "\"id\":\"a\"           | \"id\":7               | id is not a text: 7",
        "\"kind\":\"chat\",     | ``                     | kind is missing; expected a text",
        "\"arrival_s\":0        | \"arrival_s\":\"now\"  | arrival_s is not a number",
        "\"arrival_s\":0        | \"arrival_s\":-0.5     | arrival_s is not a number of seconds, 0 or more: -0.5",
        "\"arrival_s\":0        | \"arrival_s\":1e999    | arrival_s is too large",
        "\"arrival_s\":0        | \"arrival_s\":1e12     | 4000000000 seconds or less",
        "\"arrival_s\":0        | \"arrival_s\":NaN      | not JSON",
        "\"block_tokens\":16    | \"block_tokens\":0     | block_tokens is 0; expected a multiple",
        "\"block_tokens\":16    | \"block_tokens\":24    | block_tokens is not a multiple of the engines' 16",
        "\"block_tokens\":16    | \"block_tokens\":1.5   | block_tokens is not a multiple of",
        "\"calls\":[            | \"calls\":7,\"x\":[    | calls is not a list of calls: 7",
        "\"calls\":[            | \"calls\":[],\"x\":[   | calls is empty",
        "\"calls\":[            | \"calls\":[5,          | call at position 0: not a JSON object",
        "{\"id\":0,             | {                      | call at position 0: id is missing",
        "\"parents\":[],        | ``                     | call 0: parents is missing",
        "\"parents\":[]         | \"parents\":[4]        | call 0: parent 4 does not exist",
        "\"parents\":[]         | \"parents\":[0]        | call 0: parent 0 makes a cycle",
        "\"parents\":[]         | \"parents\":[null]     | call 0: a parent is not a text or",
        "\"prompt_tokens\":20   | \"prompt_tokens\":-1   | call 0: prompt_tokens is not a whole number, 0",
        "\"prompt_tokens\":20   | \"prompt_tokens\":3e9  | call 0: prompt_tokens is not a whole",
        "\"output_tokens\":3    | \"output_tokens\":-2   | output_tokens is not a whole number, 0 or more: -2",
        "\"output_tokens\":3    | \"output_tokens\":null | call 0: output_tokens is not a whole",
        "\"output_tokens\":3    | \"output_tokens\":9876543210 | output_tokens is too large",
        "\"arrival_s\":0        | \"arrival\":0          | unknown field arrival; did you mean arrival_s?",
        "\"kind\":\"chat\",     | \"kind\":\"chat\",\"tennant\":\"a\", | unknown field tennant; did you mean tenant?",
        "\"parents\":[]         | \"parent\":[]          | call 0: unknown field parent; did you mean parents?",
        "_tokens\":3            | _tokens\":3,\"tool_wait\":1 | call 0: unknown field tool_wait; did you mean tool_wait_s?",
        "_tokens\":3            | _tokens\":3,\"prefix_blocks\":[[5,1]] | call 0: unknown field prefix_blocks; did you mean prefix_block_hashes?",
        "_tokens\":3            | _tokens\":3,\"tool_wait_s\":-1 | call 0: tool_wait_s is not a number",
        "_tokens\":3            | _tokens\":3,\"prefix_block_hashes\":[[1,0]] | a count below 1",
        "_tokens\":3            | _tokens\":3,\"prefix_block_hashes\":[[1]] | not [first, count]",
        "_tokens\":3            | _tokens\":3,\"prefix_block_hashes\":[[1,3]] | 20 tokens begin 2 blocks of 16",
        "_tokens\":3            | _tokens\":3,\"prefix_block_hashes\":[[1,1],[7,2]] | more blocks",
        "_tokens\":3            | _tokens\":3,\"prefix_block_hashes\":[[1,99999999999]] | more blocks",
      })
  void refusesABadLineWithFileLineAndReason(String part, String other, String reason)
      throws IOException {
    assertThat(GOOD).contains(part);
    var file = write(GOOD, GOOD, GOOD.replace(part, other), GOOD);

    assertThatThrownBy(() -> reader().read(file))
        .isInstanceOf(BadTraceException.class)
        .hasMessageStartingWith(file + ":3: ")
        .hasMessageContaining(reason)
        .message()
        .as("what to do")
        .containsPattern("; |is not ")
        .hasLineCount(1);
  }

  @Test
  void refusesEveryBadLineAndShowsTheFirstTen() throws IOException {
    var lines = new ArrayList<>(List.of(GOOD, "not JSON", GOOD.replace("chat", "chat\","), ""));
    lines.addAll(Collections.nCopies(9, GOOD.replace("\"id\":\"a\",", "")));
    lines.add(GOOD);
    var file = write(lines.toArray(String[]::new));

    var refused = catchThrowable(() -> reader().read(file));

    // Lines 2, 3 and 5 to 13: ten of eleven.
    var reasons = String.valueOf(refused.getMessage()).lines().toList();
    assertThat(reasons).hasSize(11);
    assertThat(reasons.get(0)).startsWith(file + ":2: not JSON").endsWith(", as jq -c writes them");
    assertThat(reasons.get(1)).startsWith(file + ":3: not JSON");
    assertThat(reasons.get(9)).isEqualTo(file + ":12: id is missing; expected a text");
    assertThat(reasons.get(10)).isEqualTo(file + ": and 1 more");
  }

  /// Pretty-printed, or no JSON at all.
  @Test
  void refusesAFileOfAnotherFormOnce() {
    assertThatThrownBy(() -> read("{", "  \"id\": \"a\",", "  \"kind\": \"chat\"", "}"))
        .hasMessageContaining(":1: not JSON")
        .message()
        .hasLineCount(1);
  }

  /// Whoever says both fields means both.
  @Test
  void passesOverAFieldWhoseNeighbourIsThere() throws IOException {
    var both =
        GOOD.replace("_tokens\":3", "_tokens\":3,\"tool_wait\":7,\"tool_wait_s\":null")
            .replace("\"kind\"", "\"kinds\":[],\"kind\"");

    assertThat(read(both).programs()).isEqualTo(read(GOOD).programs());
  }

  @Test
  void refusesACycleOfThreeCalls() {
    assertThatThrownBy(() -> read(program("0:2", "1:0", "2:1")))
        .hasMessageEndingWith(
            ":1: call 0: parent 2 makes a cycle; a call can only need calls that do not need it");
  }

  @Test
  void refusesAParentThatComesLater() {
    assertThatThrownBy(() -> read(program("0:", "1:2", "2:0")))
        .hasMessageEndingWith(":1: call 1: parent 2 comes later; list calls after their parents");
  }

  @Test
  void refusesACallIdThatIsThereTwice() {
    assertThatThrownBy(() -> read(program("0:", "1:0", "0:1")))
        .hasMessageEndingWith(":1: call 0 is there twice; give each call an id of its own");
  }

  /// An array in one piece, and one object over many lines: what people have at first.
  @ParameterizedTest
  @ValueSource(strings = {"[%s,\n%s]", "[%s]", "{\n%s"})
  void saysThatAProgramStandsOnALineOfItsOwn(String form) {
    assertThatThrownBy(() -> read(form.replace("%s", GOOD).split("\n", -1)))
        .hasMessageContaining(":1: not ")
        .hasMessageContaining("on each line");
  }

  @Test
  void readsAFileThatBeginsWithAByteOrderMark() throws IOException {
    assertThat(read("\uFEFF" + GOOD).programs()).isEqualTo(read(GOOD).programs());
  }

  @Test
  void saysWhereInItsLineItIsNotJson() {
    assertThatThrownBy(() -> read(GOOD.replace("\"id\":\"a\",", "\"id\":\"a\",,")))
        .hasMessageContaining("trace.jsonl:1: not JSON at column 11: ");
    assertThatThrownBy(() -> read(GOOD.substring(0, 30)))
        .hasMessageContaining("Unexpected end-of-input")
        .hasMessageNotContaining("Source");
  }

  @Test
  void readsArrivalsSince1970() throws IOException {
    var file = write(GOOD.replace("\"arrival_s\":0", "\"arrival_s\":1760000000.5"));

    assertThat(reader().read(file).programs().getFirst().arrivalNanos())
        .isEqualTo(1_760_000_000_500_000_000L);
  }

  @Test
  void fillsUnknownWaitsBySeedAlone() throws IOException {
    var unknown =
        GOOD.replace(
            "_tokens\":3}",
            "_tokens\":3},{\"id\":1,\"parents\":[0],\"prompt_tokens\":30,\"output_tokens\":1,"
                + "\"tool_wait_s\":null}");
    var file = write(unknown);

    assertThat(waitNanos(file, 1)).isEqualTo(waitNanos(file, 1)).isPositive();
    assertThat(waitNanos(file, 1)).isNotEqualTo(waitNanos(file, 2));
  }

  private static long waitNanos(Path file, long seed) throws IOException {
    var program = new TraceReader(WaitRule.asRecorded(), seed).read(file).programs().getFirst();
    return program.calls().get(1).waitNanos();
  }

  private static TraceReader reader() {
    return new TraceReader(WaitRule.asRecorded(), 1);
  }

  private Workload read(String... lines) throws IOException {
    return reader().read(write(lines));
  }

  private Path write(String... lines) throws IOException {
    return Files.write(folder.resolve("trace.jsonl"), List.of(lines));
  }

  /// @param calls each a label, a colon and at most one parent
  private static String program(String... calls) {
    var objects =
        Arrays.stream(calls)
            .map(call -> call.split(":", -1))
            .map(call ->
                "{\"id\":%s,\"parents\":[%s],\"prompt_tokens\":20,\"output_tokens\":3}"
                    .formatted(call[0], call[1]))
            .toList();
    return "{\"id\":\"p\",\"kind\":\"k\",\"arrival_s\":0,\"block_tokens\":16,\"calls\":"
        + objects
        + "}";
  }

  /// @param runs first ids and counts, in turn
  private static BlockRuns blocks(long... runs) {
    var blocks = BlockRuns.NONE;
    for (int run = 0; run < runs.length; run += 2) {
      blocks = blocks.with(runs[run], (int) runs[run + 1]);
    }
    return blocks;
  }
}
