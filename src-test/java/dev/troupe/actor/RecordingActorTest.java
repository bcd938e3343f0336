package dev.troupe.actor;

import static dev.troupe.actor.Samples.completed;
import static dev.troupe.actor.Samples.program;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.OneThread;
import dev.troupe.actor.RecordingActor.Command;
import dev.troupe.actor.RecordingActor.Write;
import dev.troupe.engine.EngineId;
import dev.troupe.program.Call;
import dev.troupe.program.CallEnd;
import dev.troupe.program.PrefixChain;
import dev.troupe.program.Reason;
import dev.troupe.program.Usage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.Done;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.LoggingTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordingActorTest {

  private static final ActorTestKit KIT = ActorTestKit.create(OneThread.config());
  private static final ManualTime TIME = ManualTime.get(KIT.system());

  private static final Call CALL =
      new Call(
          new Call.Id("c2"),
          program("p"),
          Samples.POOL,
          90,
          20,
          new PrefixChain(new long[] {255, -1}, new int[] {40, 90}),
          List.of(new Call.Id("c1")));

  private static final Write WHOLE =
      new Write(
          new Recorder.Served(
              CALL, new EngineId("e1"), 1_000_000, 1_500_000_000, completed(100, 48, 7)),
          Instant.parse("2026-01-02T03:04:05.678901Z"));

  private static final String WHOLE_LINE =
      """
      {"call":"c2","program":"p","tenant":"anyone","model":"any-model","engine":"e1",\
      "arrival_s":1767323044.178901,"waited_s":0.001000,"response_s":1.500000,"prompt_tokens":100,\
      "cached_tokens":48,"output_tokens":7,"parents":["c1"],\
      "prefix":[["00000000000000ff",40],["ffffffffffffffff",90]]}
      """;

  private final RecordingBacklog backlog = new RecordingBacklog(1);

  @TempDir Path folder;

  @AfterAll
  static void shutdown() {
    KIT.shutdownTestKit();
  }

  @Test
  void writesEachCallOnALineOfItsOwnWhenItStops() throws IOException {
    var actor = start(1 << 20);

    record(actor, WHOLE);
    record(actor, WHOLE);
    stop(actor);

    assertThat(file()).hasContent(WHOLE_LINE + WHOLE_LINE);
  }

  @Test
  void addsToWhatIsInTheFile() throws IOException {
    Files.writeString(file(), WHOLE_LINE);
    var actor = start(1 << 20);

    record(actor, WHOLE);
    stop(actor);

    assertThat(file()).hasContent(WHOLE_LINE + WHOLE_LINE);
  }

  /// As a full disk leaves it.
  @Test
  void leavesALineThatWasCutOffToItself() throws IOException {
    Files.writeString(file(), WHOLE_LINE + "{\"call\":");
    var actor = start(1 << 20);

    actor.tell(WHOLE);

    assertWritten(WHOLE_LINE + "{\"call\":\n" + WHOLE_LINE);
    stop(actor);
  }

  @Test
  void writesWhatIsHeldBackAtIntervals() {
    var actor = start(1 << 20);
    actor.tell(WHOLE);

    assertWritten(WHOLE_LINE);

    stop(actor);
  }

  @Test
  void saysWhyAnAnswerBrokeOffAndCountsThePromptItself() throws IOException {
    var actor = start(1 << 20);
    var end =
        new CallEnd(
            new Usage(0, 0, 3),
            false,
            Optional.empty(),
            CallEnd.Answer.NONE,
            Optional.of(Reason.CLIENT_GONE));

    record(
        actor,
        new Write(new Recorder.Served(CALL, new EngineId("e1"), 0, 1_000, end), Instant.EPOCH));
    stop(actor);

    assertThat(Files.readString(file()))
        .contains(
            "\"prompt_tokens\":90,\"cached_tokens\":0,\"output_tokens\":3,\"failure\":\"CLIENT_GONE\"");
  }

  @Test
  void endsWithAWarningWhenTheFileIsFull() {
    var actor = start(WHOLE_LINE.length() * 2L);
    actor.tell(WHOLE);
    actor.tell(WHOLE);
    assertWritten(WHOLE_LINE + WHOLE_LINE);
    actor.tell(WHOLE);

    LoggingTestKit.warn("has reached troupe.recording.max-size")
        .expect(
            KIT.system(),
            () -> {
              TIME.timePasses(Duration.ofSeconds(1));
              return Done.getInstance();
            });

    actor.tell(WHOLE);
    stop(actor);
    assertThat(file()).hasContent(WHOLE_LINE + WHOLE_LINE);
  }

  @Test
  void saysHowManyCallsTheDiskWasTooSlowFor() {
    var actor = start(1 << 20);
    record(actor, WHOLE);
    assertWritten(WHOLE_LINE);
    backlog.join();
    backlog.join();
    backlog.join();

    LoggingTestKit.warn("2 calls are not recorded")
        .expect(
            KIT.system(),
            () -> {
              TIME.timePasses(Duration.ofSeconds(1));
              return Done.getInstance();
            });

    stop(actor);
  }

  @Test
  void saysThatAtItsEndToo() {
    var actor = start(1 << 20);
    backlog.join();
    backlog.join();

    LoggingTestKit.warn("1 calls are not recorded")
        .expect(
            KIT.system(),
            () -> {
              stop(actor);
              return Done.getInstance();
            });
  }

  @Test
  void saysAtItsEndThatTheFileHadNoRoom() {
    var actor = start(WHOLE_LINE.length() - 1);
    record(actor, WHOLE);

    LoggingTestKit.warn("has reached troupe.recording.max-size")
        .expect(
            KIT.system(),
            () -> {
              stop(actor);
              return Done.getInstance();
            });
  }

  @Test
  void servesOnWithAWarningWhenTheFileCannotBeWritten() {
    LoggingTestKit.warn("see to troupe.recording.file")
        .expect(
            KIT.system(),
            () -> {
              var actor =
                  KIT.<Command>spawn(
                      RecordingActor.create(folder.resolve("missing/calls.jsonl"), 1, backlog));
              actor.tell(WHOLE);
              stop(actor);
              return Done.getInstance();
            });
  }

  private void assertWritten(String lines) {
    TIME.timePasses(Duration.ofSeconds(1));
    assertThat(file()).hasContent(lines);
  }

  private void record(ActorRef<Command> actor, Write call) {
    assertThat(backlog.join()).isTrue();
    actor.tell(call);
  }

  private void stop(ActorRef<Command> actor) {
    TestProbe<Done> stopped = KIT.createTestProbe();
    actor.tell(new RecordingActor.Stop(stopped.ref()));
    stopped.receiveMessage();
  }

  private ActorRef<Command> start(long maxBytes) {
    return KIT.spawn(RecordingActor.create(file(), maxBytes, backlog));
  }

  private Path file() {
    return folder.resolve("calls.jsonl");
  }
}
