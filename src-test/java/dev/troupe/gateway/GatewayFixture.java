package dev.troupe.gateway;

import com.typesafe.config.ConfigFactory;
import dev.troupe.actor.CallEvent;
import dev.troupe.actor.CallsActor;
import dev.troupe.actor.CatalogActor;
import dev.troupe.actor.EngineActor.EngineView;
import dev.troupe.actor.EngineClient.EngineAnswer;
import dev.troupe.actor.EngineTransport.Header;
import dev.troupe.actor.ProgramActor;
import dev.troupe.actor.Runs;
import dev.troupe.actor.Standings;
import dev.troupe.engine.EngineEndpoint;
import dev.troupe.engine.EngineEndpoint.Dialect;
import dev.troupe.engine.EngineEndpoint.PriorityOrder;
import dev.troupe.engine.EngineId;
import dev.troupe.engine.EngineStatus;
import dev.troupe.engine.Lease;
import dev.troupe.plan.ToolCatalog;
import dev.troupe.program.CallEnd;
import dev.troupe.program.Fingerprint;
import dev.troupe.program.ModelPool;
import dev.troupe.program.Program;
import dev.troupe.program.ProgramView;
import dev.troupe.program.Reason;
import dev.troupe.program.Usage;
import dev.troupe.run.AllowedHosts;
import dev.troupe.run.ModelCatalogue;
import dev.troupe.run.Prices;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/// A gateway on a real port. Everything behind it is written by hand: a test takes each call and
/// says what becomes of it.
final class GatewayFixture implements AutoCloseable {

  static final String CHAT =
      "{\"model\":\"tiny\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]%s}";

  /// What every engine here says.
  static final String TEXT = "well";

  private static final EngineEndpoint ENGINE =
      new EngineEndpoint(
          new EngineId("engine-1"),
          Dialect.VLLM,
          URI.create("http://127.0.0.1:1"),
          Optional.empty(),
          PriorityOrder.NONE);

  final BlockingQueue<TakenCall> started = new LinkedBlockingQueue<>();
  final BlockingQueue<CallsActor.Abandon> abandoned = new LinkedBlockingQueue<>();
  final Map<Program.Id, ProgramView> programs = new ConcurrentHashMap<>();
  final BlockingQueue<ProgramActor.Command> told = new LinkedBlockingQueue<>();
  final List<String> models = new CopyOnWriteArrayList<>(List.of("org/tiny", "tiny"));
  final GatewayServer server;
  private final ActorTestKit kit;
  private final HttpClient client = HttpClient.newHttpClient();

  /// @param settings over the defaults, in the section `troupe.gateway`
  GatewayFixture(String settings) {
    this(settings, new NoRuns());
  }

  /// @param settings over the defaults, in the section `troupe.gateway`
  GatewayFixture(String settings, Runs runs) {
    var config =
        ConfigFactory.parseString("troupe.gateway { port = 0 \n " + settings + "}")
            .withFallback(ConfigFactory.load());
    kit = ActorTestKit.create("gateway-" + System.nanoTime(), config);
    var noRuns = new NoRuns();
    var ports =
        new GatewayPorts(
            kit.spawn(calls()),
            model -> models.contains(model) ? Optional.of(new ModelPool(model)) : Optional.empty(),
            kit.spawn(catalog()),
            this::tellProgram,
            (tenant, limit) ->
                CompletableFuture.completedFuture(
                    new ProgramList.Listed(
                        programs.values().stream()
                            .filter(view -> view.id().tenant().equals(tenant))
                            .limit(limit)
                            .toList(),
                        programs.size())),
            Standings.none(),
            runs,
            noRuns,
            noRuns,
            noRuns,
            noRuns,
            ModelCatalogue.of(Prices.NONE),
            ToolCatalog.open(List.of()),
            new AllowedHosts(List.of("*")),
            () -> "troupe_calls_total 1\n");
    server =
        GatewayServer.start(kit.system(), GatewaySettings.of(config), ports)
            .toCompletableFuture()
            .join();
  }

  ActorSystem<?> system() {
    return kit.system();
  }

  int port() {
    return server.address().getPort();
  }

  /// The next call that the gateway starts.
  TakenCall taken() throws InterruptedException {
    var call = started.poll(30, TimeUnit.SECONDS);
    if (call == null) {
      throw new AssertionError("no call was started");
    }
    return call;
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
        .version(HttpClient.Version.HTTP_1_1)
        .timeout(Duration.ofSeconds(20));
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  CompletableFuture<HttpResponse<String>> post(String path, String body, String... headers) {
    var request =
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.sendAsync(request.build(), BodyHandlers.ofString());
  }

  CompletableFuture<HttpResponse<String>> chat(String members, String... headers) {
    return post("/v1/chat/completions", CHAT.formatted(members), headers);
  }

  @Override
  public void close() {
    client.close();
    kit.shutdownTestKit();
  }

  private Behavior<CallsActor.Command> calls() {
    return Behaviors.receiveMessage(command -> {
      switch (command) {
        case CallsActor.Start start -> started.add(new TakenCall(start));
        case CallsActor.Abandon abandon -> abandoned.add(abandon);
        default -> throw new AssertionError("the gateway never sends " + command);
      }
      return Behaviors.same();
    });
  }

  private Behavior<CatalogActor.Command> catalog() {
    return Behaviors.receiveMessage(command -> {
      if (command instanceof CatalogActor.ListModels(var replyTo)) {
        replyTo.tell(List.copyOf(models));
      } else if (command instanceof CatalogActor.AskMissing(var replyTo)) {
        replyTo.tell(models.isEmpty() ? Optional.of("no model") : Optional.empty());
      } else if (command instanceof CatalogActor.ListEngines(var replyTo)) {
        replyTo.tell(List.of(view()));
      }
      return Behaviors.same();
    });
  }

  private static EngineView view() {
    var status =
        new EngineStatus(
            Set.of("tiny"),
            OptionalInt.of(4),
            OptionalInt.empty(),
            OptionalInt.of(0),
            OptionalLong.of(32_768),
            OptionalDouble.of(0.25));
    return new EngineView(
        ENGINE, true, Set.of("tiny"), Optional.of(status), 4, 1, 900, Optional.empty());
  }

  private void tellProgram(Program.Id program, ProgramActor.Command command) {
    told.add(command);
    switch (command) {
      case ProgramActor.Open open -> {
        programs.putIfAbsent(program, ProgramViews.of(program, open));
        answer(program, open.replyTo());
      }
      case ProgramActor.Describe describe -> answer(program, describe.replyTo());
      case ProgramActor.Register register -> answer(program, register.replyTo());
      case ProgramActor.Complete complete -> answer(program, complete.replyTo());
      case ProgramActor.Close close -> answer(program, close.replyTo());
      default -> throw new AssertionError("the gateway never sends " + command);
    }
  }

  private void answer(Program.Id program, ActorRef<ProgramActor.Described> replyTo) {
    replyTo.tell(new ProgramActor.Described(Optional.ofNullable(programs.get(program))));
  }

  /// A call that the gateway has started.
  record TakenCall(CallsActor.Start start) {

    /// The body that an engine would get.
    String sentBody() {
      var bytes = new ByteArrayOutputStream();
      for (var part : start.request().body().parts()) {
        var slice = new byte[part.remaining()];
        part.get(slice);
        bytes.writeBytes(slice);
      }
      return bytes.toString(StandardCharsets.UTF_8);
    }

    void say(CallEvent event) {
      start.listener().accept(event);
    }

    /// Answers with events; the call's end is said when the source ends.
    void streams(Source<ByteString, ?> body) {
      answers(200, List.of(new Header("content-type", "text/event-stream")), body);
    }

    void answers(int status, String json) {
      var bytes = ByteString.fromString(json);
      answers(
          status,
          List.of(
              new Header("Content-Type", "application/json"),
              new Header("Content-Length", Integer.toString(bytes.size())),
              new Header("x-engine", "kept"),
              new Header("Access-Control-Allow-Origin", "*"),
              new Header("Connection", "keep-alive")),
          Source.single(bytes));
    }

    void answers(int status, List<Header> headers, Source<ByteString, ?> body) {
      Source<ByteString, NotUsed> told =
          body.mapMaterializedValue(_ -> NotUsed.getInstance())
              .watchTermination((used, done) -> {
                done.whenComplete((_, failure) -> say(ended(failure != null)));
                return used;
              });
      say(
          new CallEvent.Answering(
              new EngineAnswer(status, headers, told),
              new Lease(
                  new Lease.Id("l"),
                  start.call().id(),
                  ENGINE,
                  0,
                  false,
                  new Lease.Why("prefix", 64)),
              TimeUnit.MILLISECONDS.toNanos(7)));
    }

    void fails(Reason reason, Optional<Duration> retryAfter) {
      say(new CallEvent.Failed(reason, "It went wrong.", retryAfter));
    }

    static CallEvent.Ended ended(boolean isLost) {
      return new CallEvent.Ended(
          new CallEnd(
              new Usage(10, 0, 3),
              true,
              Optional.of("stop"),
              new CallEnd.Answer(Fingerprint.ofAnswer(TEXT), TEXT.length(), List.of()),
              isLost ? Optional.of(Reason.ENGINE_LOST) : Optional.empty()));
    }
  }
}
