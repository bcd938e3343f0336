package dev.troupe.gateway;

import static dev.troupe.gateway.IdentityFixture.TENANT;
import static dev.troupe.gateway.IdentityFixture.asksFor;
import static dev.troupe.gateway.IdentityFixture.says;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.gateway.IdentityFixture.Chat;
import dev.troupe.gateway.IdentityFixture.Sent;
import dev.troupe.program.CallEnd.Answer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Calls of one program that enter by several gateways, which tell each other what they remember.
class SeveralGatewaysTest {

  private static final int HERE = 0;
  private static final int THERE = 1;

  private final IdentityFixture gateways = new IdentityFixture(2);
  private final Chat question = Chat.of("You are an agent.", "Find the harbour.");

  @Test
  void followsWhatAnotherGatewayHasRelayed() {
    var first = send(HERE, question);
    gateways.pass(first, says("In the north."));
    var chat = question.assistant("In the north.").user("Why?");
    var second = send(THERE, chat);
    gateways.pass(second, asksFor("call_9fA2kLm30x"));
    var grown = chat.assistantAsks("call_9fA2kLm30x").tool("call_9fA2kLm30x", "a map");

    assertFollows(second, first);
    assertFollows(send(HERE, grown), second);
    assertFollows(send(THERE, grown.trimmed(1)), second);
  }

  @Test
  void followsAPromptThatAnotherGatewayHasRelayed() {
    var text = "You are an agent. Think step by step and find the harbour of the old town.\n";
    var first = prompt(HERE, text);
    gateways.pass(first, says("It is in the north."));

    assertFollows(prompt(THERE, text + "It is in the north. Why?"), first);
  }

  @Test
  void knowsTheAnswersOfOtherGatewaysByTheirIds() {
    var first = send(HERE, question);
    gateways.pass(first, new Answer(0, 0, List.of(), Optional.of("resp_1")));

    var body =
        IdentityFixture.chat(
            "{\"model\":\"m\",\"messages\":[],\"previous_response_id\":\"resp_1\"}");
    var next = gateways.send(THERE, TENANT, Map.of(), body);

    assertThat(next.source()).isEqualTo("previous-response");
    assertThat(next.program()).isEqualTo(first.program());
  }

  @Test
  void waitsForAnAnswerThatAnotherGatewayIsRelaying() {
    var bare = new Chat(List.of(), Optional.empty()).user("Find the harbour.");
    var next = bare.assistant("In the north.").user("Why?");
    var first = send(HERE, bare);
    gateways.holdUp();
    gateways.pass(first, says("In the north."));

    assertThat(gateways.waits(THERE, next.body())).isTrue();
    gateways.deliver();
    assertThat(gateways.waits(THERE, next.body())).isFalse();
    assertFollows(send(THERE, next), first);
  }

  @Test
  void waitsForAPromptsAnswerThatAnotherGatewayIsRelaying() {
    var text = "You are an agent. Think step by step and find the harbour of the old town.\n";
    var next = IdentityFixture.prompt(text + "It is in the north. Why?");
    var first = prompt(HERE, text);

    assertThat(gateways.waits(THERE, next)).isTrue();
    gateways.pass(first, says("It is in the north."));
    assertThat(gateways.waits(THERE, next)).isFalse();
  }

  @Test
  void waitsForNothingThatNobodyIsAboutToTell() {
    gateways.pass(send(HERE, question), says("<think>hm</think> In the north."));
    var running = send(THERE, Chat.of("You are an agent.", "Find the church."));

    assertThat(gateways.waits(THERE, question.body())).as("a first request").isFalse();
    assertThat(gateways.waits(THERE, question.assistant("In the north.").user("Why?").body()))
        .as("an edited answer")
        .isFalse();
    assertThat(gateways.waits(THERE, Chat.of("a", "b").assistant("c").user("d").body()))
        .as("a conversation that nobody knows")
        .isFalse();
    assertThat(
            gateways.waits(
                THERE, Chat.of("You are an agent.", "Find the church.").assistant("a").body()))
        .as("what this gateway itself is relaying, as it does " + running.program())
        .isFalse();
    assertThat(new IdentityFixture().waits(HERE, question.assistant("a").user("b").body()))
        .as("a gateway that is alone")
        .isFalse();
  }

  @Test
  void continuesCallsThatLookTheSameOnceEachWhicheverGatewayTheyEnterBy() {
    var roots = IntStream.range(0, 6).mapToObj(at -> exchange(at % 2, question)).toList();
    var next = question.assistant("same").user("go on");
    var seconds = IntStream.range(0, 6).mapToObj(at -> send(at % 2, next)).toList();

    assertThat(seconds)
        .extracting(Sent::program)
        .containsExactlyInAnyOrderElementsOf(roots.stream().map(Sent::program).toList());
  }

  @Test
  void keepsProgramsThatStayAtTheirGatewayApartBeforeOthersAreTold() {
    var here = exchange(HERE, question);
    var there = exchange(THERE, question);
    gateways.holdUp();
    var next = question.assistant("same").user("go on");

    assertFollows(send(THERE, next), there);
    assertFollows(send(HERE, next), here);
  }

  @Test
  void countsTheNamesThatOtherGatewaysHaveGiven() {
    var first = named(HERE, "step");
    var second = named(THERE, "step");
    var third = named(HERE, "step");
    var child =
        gateways.send(
            THERE,
            TENANT,
            Map.of("X-Program-Id", "p", "X-Parent-Call-Ids", "step"),
            question.body());

    assertThat(first.identified().callName()).isEqualTo("step");
    assertThat(second.identified().callName()).startsWith("step~2.");
    assertThat(third.identified().callName()).startsWith("step~3.");
    assertThat(child.identified().parents()).containsExactly(third.identified().call());
  }

  @Test
  void neverGivesTwoCallsOneIdOnceTheirNameIsKnown() {
    named(HERE, "step");
    gateways.holdUp();
    var here = named(HERE, "step");
    var there = named(THERE, "step");

    assertThat(here.identified().call()).isNotEqualTo(there.identified().call());
  }

  @Test
  void tellsAGatewayThatJoinsWhatWasBefore() {
    var here = exchange(HERE, question);
    var there = exchange(THERE, question);
    var next = question.assistant("same").user("go on");
    var followed = send(HERE, next);
    var text = "You are an agent. Think step by step and find the harbour of the old town.\n";
    var prompt = prompt(THERE, text);
    gateways.pass(prompt, says("It is in the north."));
    named(HERE, "step");
    gateways.join(HERE);
    int newcomer = 2;

    assertFollows(followed, here);
    assertFollows(send(newcomer, next), there);
    assertFollows(prompt(newcomer, text + "It is in the north. Why?"), prompt);
    assertThat(named(newcomer, "step").identified().callName()).startsWith("step~2.");
  }

  /// As when two halves of a cluster meet again.
  @Test
  void knowsItsOwnCallsBestWhateverOthersRecallOfThem() {
    var first = send(HERE, question);
    gateways.holdUp();
    gateways.pass(first, says("In the north."));
    gateways.recall(THERE, HERE);

    var edited = question.assistant("It lies in the north.").user("Why?");
    assertThat(gateways.waits(HERE, edited.body())).isFalse();
    assertFollows(send(HERE, edited), first);
  }

  private Sent send(int gateway, Chat chat) {
    return gateways.send(gateway, TENANT, Map.of(), chat.body());
  }

  private Sent exchange(int gateway, Chat chat) {
    var sent = send(gateway, chat);
    gateways.pass(sent, says("same"));
    return sent;
  }

  private Sent prompt(int gateway, String text) {
    return gateways.send(gateway, TENANT, Map.of(), IdentityFixture.prompt(text));
  }

  private Sent named(int gateway, String call) {
    return gateways.send(
        gateway, TENANT, Map.of("X-Program-Id", "p", "X-Call-Id", call), question.body());
  }

  private static void assertFollows(Sent sent, Sent before) {
    assertThat(sent.source()).isEqualTo("prefix");
    assertThat(sent.program()).isEqualTo(before.program());
    assertThat(sent.identified().parents()).containsExactly(before.identified().call());
  }
}
