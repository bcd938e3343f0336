package dev.troupe.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.gateway.IdentityFixture.Chat;
import dev.troupe.gateway.IdentityFixture.Sent;
import dev.troupe.program.Call;
import dev.troupe.program.CallEnd.Answer;
import dev.troupe.program.Program;
import dev.troupe.program.Tenant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Trees of conversations of several tenants, interleaved at random: every request is recognized as
/// the continuation of the very call it continues, by one gateway as by several.
class RandomConversationsTest {

  private static final int STEPS = 300;

  @ParameterizedTest
  @CsvSource({"1,1", "8,1", "1,3", "8,3"})
  void recognizesEveryRequest(int threads, int gateways) throws Exception {
    try (var pool = Executors.newFixedThreadPool(threads)) {
      for (int round = 0; round < 3; round++) {
        var node = new IdentityFixture(gateways);
        int seed = round * 100;
        var histories =
            IntStream.range(0, threads)
                .mapToObj(at -> (Callable<Integer>) () -> new History(node, seed + at).run())
                .toList();
        for (var history : pool.invokeAll(histories)) {
          assertThat(history.get()).isGreaterThan(STEPS / 4);
        }
      }
    }
  }

  /// Programs whose every message and answer is the same, one after the other: which is which cannot
  /// be known, but each goes on as one of them, and no two as the same.
  @ParameterizedTest
  @CsvSource({"1,1", "2,1", "3,1", "1,3", "2,3", "3,3"})
  void keepsTheNumberOfProgramsThatAreAllAlike(long seed, int gateways) {
    var node = new IdentityFixture(gateways);
    var random = new Random(seed);
    var chats = new ArrayList<Chat>();
    var programs = new HashMap<Integer, List<Program.Id>>();
    for (int step = 0; step < 300; step++) {
      int at = chats.size() < 20 ? chats.size() : random.nextInt(20);
      if (at == chats.size()) {
        chats.add(Chat.of("You are an agent.", "Begin."));
      }
      var sent = node.exchange(chats.get(at), "same");
      programs
          .computeIfAbsent(chats.get(at).messages().size(), _ -> new ArrayList<>())
          .add(sent.identified().program());
      chats.set(at, chats.get(at).assistant("same").user("next"));
    }

    programs.values().forEach(ofOneLength -> assertThat(ofOneLength).doesNotHaveDuplicates());
    var first = programs.get(2);
    programs.values().forEach(ofOneLength -> assertThat(first).containsAll(ofOneLength));
  }

  /// A call that has been answered.
  private record Answered(Tenant tenant, Chat chat, Sent sent, int depth) {}

  /// What a program's owner does: begins tasks, waits for answers in any order, and continues from
  /// any answer he has got so far.
  private static final class History {

    private final IdentityFixture node;
    private final int seed;
    private final Random random;
    private final List<Answered> waiting = new ArrayList<>();
    private final List<Answered> answered = new ArrayList<>();
    private final Map<Call.Id, Program.Id> programs = new HashMap<>();
    private int words;

    History(IdentityFixture node, int seed) {
      this.node = node;
      this.seed = seed;
      this.random = new Random(seed);
    }

    /// @return how many requests were recognized
    int run() {
      int recognized = 0;
      for (int step = 0; step < STEPS; step++) {
        int dice = random.nextInt(10);
        if (dice == 0 || waiting.isEmpty() && answered.isEmpty()) {
          begin();
        } else if (dice < 5 && !waiting.isEmpty() || answered.isEmpty()) {
          answer(waiting.remove(random.nextInt(waiting.size())));
        } else {
          goOn(answered.get(random.nextInt(answered.size())));
          recognized++;
        }
      }
      return recognized;
    }

    private void begin() {
      // Few tasks, so that many programs begin alike.
      var chat = Chat.of("You are agent " + random.nextInt(2), "Task " + random.nextInt(3));
      var tenant = new Tenant("tenant-" + random.nextInt(3));
      var sent = node.send(tenant, Map.of(), chat.body());
      assertThat(sent.source()).isEqualTo("own");
      assertThat(programs.put(sent.identified().call(), sent.identified().program())).isNull();
      waiting.add(new Answered(tenant, chat, sent, 0));
    }

    private void answer(Answered call) {
      var text = word();
      var grown =
          switch (random.nextInt(4)) {
            case 0 -> pass(call, IdentityFixture.says(text), call.chat().assistant(text));
            case 1 -> pass(call, IdentityFixture.says("\n" + text), call.chat().assistant(text));
            case 2 -> {
              var id = "call_x1" + Integer.toHexString(seed) + "y2z" + text.hashCode() + text;
              yield pass(
                  call,
                  IdentityFixture.asksFor(id),
                  call.chat().assistantAsks(id).tool(id, "result"));
            }
            default -> counted(call, text);
          };
      answered.add(new Answered(call.tenant(), grown, call.sent(), call.depth()));
    }

    /// An answer that other calls get too. It tells calls apart only where what stands before it
    /// does.
    private Chat counted(Answered call, String text) {
      if (call.depth() == 0) {
        return pass(call, IdentityFixture.says(text), call.chat().assistant(text));
      }
      return random.nextBoolean()
          ? pass(
              call,
              IdentityFixture.asksFor("call_0"),
              call.chat().assistantAsks("call_0").tool("call_0", "result"))
          : pass(call, IdentityFixture.says("removed"), call.chat().assistant("edited"));
    }

    private Chat pass(Answered call, Answer answer, Chat grown) {
      node.pass(call.sent(), answer);
      return grown;
    }

    private void goOn(Answered from) {
      var chat = from.chat().user(word());
      var sent = node.send(from.tenant(), Map.of(), chat.body());
      assertThat(sent.source()).isEqualTo("prefix");
      assertThat(sent.identified().parents()).containsExactly(from.sent().identified().call());
      assertThat(sent.identified().program()).isEqualTo(from.sent().identified().program());
      waiting.add(new Answered(from.tenant(), chat, sent, from.depth() + 1));
      if (random.nextInt(4) == 0) {
        var stranger = node.send(new Tenant("stranger"), Map.of(), chat.body());
        assertThat(stranger.program()).isNotEqualTo(sent.program());
      }
    }

    private String word() {
      return "word " + seed + '-' + words++;
    }
  }
}
