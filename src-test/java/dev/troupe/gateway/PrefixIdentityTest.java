package dev.troupe.gateway;

import static dev.troupe.gateway.IdentityFixture.TENANT;
import static dev.troupe.gateway.IdentityFixture.asksFor;
import static dev.troupe.gateway.IdentityFixture.prompt;
import static dev.troupe.gateway.IdentityFixture.says;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.gateway.IdentityFixture.Chat;
import dev.troupe.gateway.IdentityFixture.Sent;
import dev.troupe.program.CallEnd.Answer;
import dev.troupe.program.Tenant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Step 12: requests without any identity, recognized by what was relayed before.
class PrefixIdentityTest {

  private static final String LONG_ANSWER =
      "The harbour of the old town was built in three phases, the last of them after the fire.";

  private final IdentityFixture node = new IdentityFixture();
  private final Chat question = Chat.of("You are an agent.", "Find the harbour.");

  @Test
  void takesAFirstRequestForAProgramOfItsOwn() {
    var first = node.send(question);

    assertThat(first.source()).isEqualTo("own");
    assertThat(first.identified().parents()).isEmpty();
    assertThat(first.identified().parent()).isEmpty();
  }

  @Test
  void followsMessagesThatGrow() {
    var chat = question;
    var calls = new ArrayList<Sent>();
    for (int turn = 0; turn < 20; turn++) {
      calls.add(node.exchange(chat, "answer " + turn));
      chat = chat.assistant("answer " + turn).user("and then? " + turn);
    }

    for (int turn = 1; turn < 20; turn++) {
      assertFollows(calls.get(turn), calls.get(turn - 1));
    }
  }

  @Test
  void followsALoopOfToolCalls() {
    var first = node.exchange(question, asksFor("call_9fA2kLm30x"));
    var chat = question.assistantAsks("call_9fA2kLm30x").tool("call_9fA2kLm30x", "a map");
    var second = node.exchange(chat, asksFor("call_b71Qp0sWc4", "call_Zk82mmP1aa"));
    chat =
        chat.assistantAsks("call_b71Qp0sWc4", "call_Zk82mmP1aa")
            .tool("call_Zk82mmP1aa", "b")
            .tool("call_b71Qp0sWc4", "c");

    assertFollows(second, first);
    assertFollows(node.send(chat), second);
  }

  @Test
  void makesBranchesOfOnePrefixSiblings() {
    var root = node.exchange(question, "three ideas");
    var thought = question.assistant("three ideas");
    var branches =
        IntStream.range(0, 8).mapToObj(at -> node.send(thought.user("idea " + at))).toList();
    for (int at = 0; at < 8; at++) {
      node.pass(branches.get(at), says("result " + at));
      assertFollows(branches.get(at), root);
    }

    for (int at = 7; at >= 0; at--) {
      var deeper = thought.user("idea " + at).assistant("result " + at).user("go on");
      assertFollows(node.send(deeper), branches.get(at));
    }
  }

  @Test
  void followsAnAnswerThatTheClientHasEdited() {
    var first = node.exchange(question, "<think>hm</think> It is in the north.");

    assertFollows(node.send(question.assistant("It is in the north.").user("Why?")), first);
  }

  @Test
  void ignoresWhiteSpaceRoundAnAnswer() {
    var noSystem = new Chat(List.of(), Optional.empty()).user("Find it.");
    var first = node.exchange(noSystem, "\n In the north. \n");

    assertFollows(node.send(noSystem.assistant("In the north.").user("Why?")), first);
  }

  @Test
  void neverJoinsEqualFirstRequests() {
    var programs =
        IntStream.range(0, 5).mapToObj(_ -> node.exchange(question, "same").program()).toList();

    assertThat(programs).doesNotHaveDuplicates();
  }

  @Test
  void tellsEqualFirstRequestsApartByTheirAnswers() {
    var left = node.send(question);
    var right = node.send(question);
    node.pass(right, says("right answer"));
    node.pass(left, says("left answer"));

    assertFollows(node.send(question.assistant("right answer").user("go on")), right);
    assertFollows(node.send(question.assistant("left answer").user("go on")), left);
  }

  @Test
  void givesEqualAnswersToEachProgramOnce() {
    var roots = IntStream.range(0, 4).mapToObj(_ -> node.exchange(question, "same")).toList();
    var next = question.assistant("same").user("go on");
    var seconds = IntStream.range(0, 4).mapToObj(_ -> node.send(next)).toList();

    assertThat(seconds)
        .extracting(Sent::program)
        .containsExactlyInAnyOrderElementsOf(roots.stream().map(Sent::program).toList());
  }

  @Test
  void tellsProgramsOfEqualMessagesApartByTheirTools() {
    var search = node.exchange(question.offering("search"), "same");
    var write = node.exchange(question.offering("write"), "same");
    var next = question.assistant("same").user("go on");

    assertFollows(node.send(next.offering("write")), write);
    assertFollows(node.send(next.offering("write")), write);
    assertFollows(node.send(next.offering("search")), search);
  }

  @ParameterizedTest
  @ValueSource(strings = {"call_0", "functions.search:1", "toolu_weather"})
  void trustsACountedToolCallOnlyInItsPlace(String id) {
    var other = Chat.of("You are another.", "Hello.");
    var first = node.exchange(question, asksFor(id));

    var stranger = node.send(other.assistantAsks(id).tool(id, "x"));
    var follower = node.send(question.assistantAsks(id).tool(id, "x"));

    assertThat(stranger.source()).isEqualTo("own");
    assertFollows(follower, first);
  }

  @Test
  void tellsEqualToolCallsApartByWhatStandsBeforeThem() {
    var other = Chat.of("You are an agent.", "Find the church.");
    var left = node.exchange(question, asksFor("call_0"));
    var right = node.exchange(other, asksFor("call_0"));

    assertFollows(node.send(other.assistantAsks("call_0").tool("call_0", "x")), right);
    assertFollows(node.send(question.assistantAsks("call_0").tool("call_0", "x")), left);
  }

  @Test
  void doesNotTakeAToolCallAloneThatTwoCallsHaveBrought() {
    node.exchange(question, asksFor("call_9fA2kLm30x"));
    node.exchange(Chat.of("You are another.", "Hello."), asksFor("call_9fA2kLm30x"));

    var third = Chat.of("You are a third.", "Hello.");
    var sent = node.send(third.assistantAsks("call_9fA2kLm30x").tool("call_9fA2kLm30x", "x"));

    assertThat(sent.source()).isEqualTo("own");
  }

  @Test
  void followsATrimmedContextByAToolCallInIt() {
    var first = node.exchange(question, asksFor("call_9fA2kLm30x"));
    var grown = question.assistantAsks("call_9fA2kLm30x").tool("call_9fA2kLm30x", "a map");

    assertFollows(node.send(grown.trimmed(2)), first);
    assertFollows(node.send(grown.trimmed(1)), first);
  }

  @Test
  void followsATrimmedContextByALongAnswerInIt() {
    var first = node.exchange(question, LONG_ANSWER);
    var grown = question.assistant(LONG_ANSWER).user("Why?");

    assertFollows(node.send(grown.trimmed(2)), first);
  }

  @Test
  void losesATrimmedContextOfShortAnswers() {
    node.exchange(question, "In the north.");

    var trimmed = node.send(question.assistant("In the north.").user("Why?").trimmed(2));

    assertThat(trimmed.source()).isEqualTo("own");
  }

  @Test
  void losesATrimmedContextWhoseAnswerTwoProgramsGot() {
    node.exchange(question, LONG_ANSWER);
    node.exchange(question, LONG_ANSWER);

    var trimmed = node.send(question.assistant(LONG_ANSWER).user("Why?").trimmed(2));

    assertThat(trimmed.source()).isEqualTo("own");
  }

  @Test
  void doesNotTakeAnExampleConversationForAnAnswer() {
    var bare = new Chat(List.of(), Optional.empty()).user("Hello");
    node.exchange(bare, "Hi!");

    assertThat(node.send(bare.assistant("Good day.").user("How are you?")).source())
        .isEqualTo("own");
  }

  @Test
  void followsACallWhoseAnswerHasNotPassedYet() {
    var first = node.send(question);

    assertFollows(node.send(question.assistant("early").user("go on")), first);
  }

  @Test
  void prefersACallThatWasAnsweredToOneThatWasRefused() {
    node.send(question);
    var again = node.exchange(question, "answer");

    assertFollows(node.send(question.assistant("edited").user("go on")), again);
  }

  @Test
  void continuesAProgramThatOnceSaidWhoItIs() {
    var named = node.send(TENANT, Map.of("X-Program-Id", "research"), question.body());
    node.pass(named, says("answer"));

    var next = node.send(question.assistant("answer").user("go on"));

    assertFollows(next, named);
    assertThat(next.program()).isEqualTo("research");
  }

  @Test
  void forgetsAProgramAfterItsLastCall() {
    var last = node.send(TENANT, Map.of("X-Program-Final", "true"), question.body());
    node.pass(last, says("answer"));

    assertThat(node.send(question.assistant("answer").user("go on")).source()).isEqualTo("own");
  }

  @Test
  void forgetsWhatIsLongUnused() {
    node.exchange(question, "answer");
    node.elapse(Duration.ofMinutes(121));

    assertThat(node.send(question.assistant("answer").user("go on")).source()).isEqualTo("own");
  }

  @Test
  void keepsWhatWasUsedLastWhereThereIsNoRoomForAll() {
    var small = new IdentityFixture(new IdentitySettings(true, true, 1000, Duration.ofHours(2)));
    var chats =
        IntStream.range(0, 3000)
            .mapToObj(at -> Chat.of("You are an agent.", "Task " + at))
            .toList();
    var calls = chats.stream().map(chat -> small.exchange(chat, "answer")).toList();

    for (int at = 2600; at < 3000; at++) {
      assertFollows(small.send(chats.get(at).assistant("answer").user("go on")), calls.get(at));
    }
    assertThat(small.send(chats.getFirst().assistant("answer").user("go on")).source())
        .isEqualTo("own");
  }

  @Test
  void neverJoinsTwoTenants() {
    node.exchange(question, asksFor("call_9fA2kLm30x"));
    var next = question.assistantAsks("call_9fA2kLm30x").tool("call_9fA2kLm30x", "a map");

    assertThat(node.send(new Tenant("tenant-b"), Map.of(), next.body()).source()).isEqualTo("own");
  }

  @Test
  void guessesNothingWhereThatIsTurnedOff() {
    var silent = new IdentityFixture(new IdentitySettings(true, false, 1000, Duration.ofHours(2)));
    silent.exchange(question, "answer");

    assertThat(silent.send(question.assistant("answer").user("go on")).source()).isEqualTo("own");
  }

  @Test
  void keepsFiftyProgramsApartThatShareTheirSystemPrompt() {
    var chats = new ArrayList<Chat>();
    var last = new ArrayList<Sent>();
    for (int program = 0; program < 50; program++) {
      // Ten tasks, each given to five programs, some of which get equal answers.
      chats.add(Chat.of("You are an agent. ".repeat(200), "Task " + program % 10));
      last.add(node.send(chats.get(program)));
    }
    for (int turn = 0; turn < 8; turn++) {
      for (int program = 0; program < 50; program++) {
        var answer = "answer of " + program % 25 + " in turn " + turn;
        node.pass(last.get(program), says(answer));
        chats.set(
            program, chats.get(program).assistant(answer).user("observation " + program + turn));
      }
      for (int program = 49; program >= 0; program--) {
        var next = node.send(chats.get(program));
        if (turn == 0) {
          // Two programs are equal up to here, and either may go on as either.
          assertThat(next.source()).isEqualTo("prefix");
        } else {
          assertFollows(next, last.get(program));
        }
        last.set(program, next);
      }
      assertThat(last).extracting(Sent::program).doesNotHaveDuplicates();
    }
  }

  @Test
  void tellsProgramsApartThatContinueAtOnce() throws Exception {
    var roots = IntStream.range(0, 64).mapToObj(_ -> node.exchange(question, "same")).toList();
    var next = question.assistant("same").user("go on");
    var programs = new ArrayList<String>();
    try (var threads = Executors.newFixedThreadPool(8)) {
      Callable<Sent> send = () -> node.send(next);
      for (var sent : threads.invokeAll(Collections.nCopies(64, send))) {
        programs.add(sent.get().program());
      }
    }

    assertThat(programs)
        .containsExactlyInAnyOrderElementsOf(roots.stream().map(Sent::program).toList());
  }

  @Test
  void followsAPromptThatExtendsAnEarlierOne() {
    var text = "You are an agent. Think step by step and find the harbour of the old town.\n";
    var first = completion(text, says(" I look at the \"map\".\n"));
    var second = completion(text + " I look at the \"map\".\nObservation: é😀\n", says("North."));

    assertFollows(second, first);
    assertFollows(
        completion(text + " I look at the \"map\".\nObservation: é😀\nNorth. Next?", Answer.NONE),
        second);
    assertFollows(completion(text + "Something else.", Answer.NONE), first);
  }

  @Test
  void tellsEqualPromptsApartByTheAnswerThatComesNext() {
    var text = "Solve the task. ".repeat(300);
    var left = completion(text, says("\nLeft \"😀\" it is."));
    var right = completion(text, says("\nRight it is."));

    assertFollows(completion(text + "\nRight it is. Go on.", Answer.NONE), right);
    assertFollows(completion(text + "\nRight it is. Go back.", Answer.NONE), right);
    assertFollows(completion(text + "\nLeft \"😀\" it is. Go on.", Answer.NONE), left);
  }

  @Test
  void neverJoinsEqualOrShortPrompts() {
    var text = "Solve the task. ".repeat(10);
    completion(text, says("a"));
    completion("Hello", says("a"));

    assertThat(completion(text, Answer.NONE).source()).isEqualTo("own");
    assertThat(completion("Helloa and more", Answer.NONE).source()).isEqualTo("own");
  }

  private Sent completion(String text, Answer answer) {
    var sent = node.send(TENANT, Map.of(), prompt(text));
    node.pass(sent, answer);
    return sent;
  }

  private static void assertFollows(Sent sent, Sent before) {
    assertThat(sent.source()).isEqualTo("prefix");
    assertThat(sent.program()).isEqualTo(before.program());
    assertThat(sent.identified().parents()).containsExactly(before.identified().call());
    assertThat(sent.identified().parent()).isEmpty();
  }
}
