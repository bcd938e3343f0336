package dev.troupe.gateway;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.troupe.actor.EngineTransport.Header;
import dev.troupe.gateway.BodyScan.Kind;
import dev.troupe.gateway.BodyScan.Scanned;
import dev.troupe.program.CallEnd.Answer;
import dev.troupe.program.Fingerprint;
import dev.troupe.program.Tenant;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.pekko.Done;

/// Gateways as their clients know them, without engines: requests come in, answers pass. Where there
/// are several, each request enters by any of them, and they tell each other at once what they
/// remember, unless that is held up.
final class IdentityFixture {

  static final Tenant TENANT = new Tenant("tenant-a");

  private static final JsonMapper JSON = new JsonMapper();

  private final AtomicLong nanos = new AtomicLong();
  private final AtomicLong ids = new AtomicLong();
  private final IdentitySettings settings;
  private final Random random = new Random(7);
  private final List<ProgramIdentity> gateways = new ArrayList<>();
  private final Queue<Runnable> heldUp = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean holdsUp = new AtomicBoolean();

  IdentityFixture() {
    this(1);
  }

  IdentityFixture(int gateways) {
    this(new IdentitySettings(true, true, 100_000, Duration.ofHours(2)), gateways);
  }

  IdentityFixture(IdentitySettings settings) {
    this(settings, 1);
  }

  private IdentityFixture(IdentitySettings settings, int count) {
    this.settings = settings;
    IntStream.range(0, count).forEach(_ -> add());
  }

  private ProgramIdentity add() {
    var gateway =
        new ProgramIdentity(
            settings,
            nanos::get,
            () -> "fresh-" + ids.incrementAndGet(),
            new Others(gateways.size()));
    gateways.add(gateway);
    return gateway;
  }

  /// One more gateway, which is told by another what was before.
  void join(int recalling) {
    add();
    recall(recalling, gateways.size() - 1);
  }

  /// Tells a gateway all that another one remembers.
  void recall(int from, int to) {
    gateways.get(to).learn(Notes.of(gateways.get(from).recall()));
  }

  /// Those of one gateway.
  private final class Others implements OtherGateways {

    private final int self;

    Others(int self) {
      this.self = self;
    }

    @Override
    public boolean exist() {
      return gateways.size() > 1;
    }

    @Override
    public void tell(Note note) {
      Runnable telling =
          () ->
              IntStream.range(0, gateways.size())
                  .filter(at -> at != self)
                  .forEach(at -> gateways.get(at).learn(Notes.of(List.of(note))));
      if (holdsUp.get()) {
        heldUp.add(telling);
      } else {
        telling.run();
      }
    }

    @Override
    public CompletionStage<Done> await(BooleanSupplier isTold) {
      throw new AssertionError("nobody waits here");
    }
  }

  /// A request that a gateway has identified.
  record Sent(Identified identified, ScannedBody body, ProgramIdentity gateway) {

    String program() {
      return identified.program().value();
    }

    String source() {
      return identified.source().label();
    }
  }

  /// What gateways tell each other is on its way until [#deliver].
  void holdUp() {
    holdsUp.set(true);
  }

  void deliver() {
    holdsUp.set(false);
    for (var next = heldUp.poll(); next != null; next = heldUp.poll()) {
      next.run();
    }
  }

  /// Sends by any gateway.
  Sent send(Tenant tenant, Map<String, String> headers, ScannedBody body) {
    return send(random.nextInt(gateways.size()), tenant, headers, body);
  }

  Sent send(int gateway, Tenant tenant, Map<String, String> headers, ScannedBody body) {
    var identity = gateways.get(gateway);
    return new Sent(identity.identify(tenant, view(headers), body), body, identity);
  }

  /// Whether a request would wait for what another gateway is about to tell.
  boolean waits(int gateway, ScannedBody body) {
    return gateways.get(gateway).isBeingTold(TENANT, view(Map.of()), body);
  }

  private static HeaderView view(Map<String, String> headers) {
    return new HeaderView(
        headers.entrySet().stream().map(at -> new Header(at.getKey(), at.getValue())).toList());
  }

  Sent send(Chat chat) {
    return send(TENANT, Map.of(), chat.body());
  }

  void pass(Sent sent, Answer answer) {
    sent.gateway().relayed(sent.identified(), sent.body(), answer);
  }

  /// Sends a request and lets its answer pass.
  Sent exchange(Chat chat, Answer answer) {
    var sent = send(chat);
    pass(sent, answer);
    return sent;
  }

  Sent exchange(Chat chat, String answer) {
    return exchange(chat, says(answer));
  }

  void elapse(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  static Answer says(String text) {
    return new Answer(Fingerprint.ofAnswer(text), text.strip().length(), List.of());
  }

  static Answer asksFor(String... toolCallIds) {
    return new Answer(0, 0, List.of(toolCallIds));
  }

  static ScannedBody chat(String json) {
    return scan(json, Kind.CHAT);
  }

  static ScannedBody prompt(String prompt) {
    return scan(json(Map.of("model", "m", "prompt", prompt)), Kind.COMPLETION);
  }

  private static ScannedBody scan(String json, Kind kind) {
    return switch (BodyScan.scan(json.getBytes(StandardCharsets.UTF_8), kind, 4)) {
      case Scanned(var body) -> body;
      case BodyScan.Malformed malformed -> throw new AssertionError(malformed);
    };
  }

  private static String json(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (com.fasterxml.jackson.core.JsonProcessingException impossible) {
      throw new AssertionError(impossible);
    }
  }

  /// The messages that an agent keeps and sends whole each time.
  record Chat(List<Map<String, Object>> messages, Optional<String> tools) {

    static Chat of(String system, String user) {
      return new Chat(List.of(), Optional.empty()).with("system", system).user(user);
    }

    Chat user(String text) {
      return with("user", text);
    }

    Chat assistant(String text) {
      return with("assistant", text);
    }

    Chat assistantAsks(String... toolCallIds) {
      var calls =
          Stream.of(toolCallIds)
              .map(id ->
                  Map.of(
                      "id",
                      id,
                      "type",
                      "function",
                      "function",
                      Map.of("name", "search", "arguments", "{}")))
              .toList();
      return and(Map.of("role", "assistant", "tool_calls", calls));
    }

    Chat tool(String toolCallId, String result) {
      return and(Map.of("role", "tool", "tool_call_id", toolCallId, "content", result));
    }

    Chat offering(String tool) {
      return new Chat(messages, Optional.of(tool));
    }

    /// The system message and the last so many others.
    Chat trimmed(int last) {
      var kept = new ArrayList<>(messages.subList(0, 1));
      kept.addAll(messages.subList(messages.size() - last, messages.size()));
      return new Chat(kept, tools);
    }

    ScannedBody body() {
      var body = new LinkedHashMap<String, Object>();
      body.put("model", "m");
      body.put("messages", messages);
      tools.ifPresent(tool -> body.put("tools", List.of(Map.of("name", tool))));
      return chat(json(body));
    }

    private Chat with(String role, String text) {
      var message = new LinkedHashMap<String, Object>();
      message.put("role", role);
      message.put("content", text);
      return and(message);
    }

    private Chat and(Map<String, Object> message) {
      var more = new ArrayList<>(messages);
      more.add(message);
      return new Chat(List.copyOf(more), tools);
    }
  }
}
