package dev.troupe.gateway;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.troupe.metrics.Instruments;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.event.NoLogging;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.io.TcpSO;
import org.apache.pekko.stream.TLSProtocol.SslTlsInbound;
import org.apache.pekko.stream.TLSProtocol.SslTlsOutbound;
import org.apache.pekko.stream.javadsl.BidiFlow;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.TLSPlacebo;
import org.apache.pekko.stream.javadsl.Tcp;
import org.apache.pekko.stream.javadsl.Tcp.IncomingConnection;
import org.apache.pekko.stream.javadsl.Tcp.ServerBinding;
import org.apache.pekko.util.ByteString;

/// The listening end of the gateway.
///
/// Connections are handled below Pekko's HTTP server, by its protocol layer on TCP, because only
/// there the end of a client is seen while its request still waits; see [ClientGone].
public final class GatewayServer {

  private static final int BACKLOG = 4096;

  private final ActorSystem<?> system;
  private final ServerBinding binding;
  private final CompletableFuture<Done> draining;
  private final CompletableFuture<Done> leaving;
  private final ActorRef<ConnectionsActor.Command> connections;

  private GatewayServer(
      ActorSystem<?> system,
      ServerBinding binding,
      CompletableFuture<Done> draining,
      CompletableFuture<Done> leaving,
      ActorRef<ConnectionsActor.Command> connections) {
    this.system = system;
    this.binding = binding;
    this.draining = draining;
    this.leaving = leaving;
    this.connections = connections;
  }

  /// Starts listening. Fails when the address cannot be had.
  public static CompletionStage<GatewayServer> start(
      ActorSystem<?> system, GatewaySettings settings, GatewayPorts ports) {
    var identity = identity(system, settings);
    var draining = new CompletableFuture<Done>();
    var leaving = new CompletableFuture<Done>();
    var budget = new BodyBudget(settings.maxHeldBytes());
    var bodies = new BodyReader(system, settings.bodyTimeout(), budget);
    var priorities = AllowedPriorities.of(settings);
    var requests = RunRequests.of(ports, priorities);
    var routes =
        new Routes(
            new Tenants(settings.tenants()),
            bodies,
            new CompletionRoute(system, settings, ports, identity, bodies),
            new ProgramRoutes(system, settings, ports, bodies),
            new RunRoutes(ports, requests, bodies, System::nanoTime, leaving),
            new PlanRoutes(ports, priorities, bodies),
            new FunctionRoutes(ports.functions(), bodies, leaving),
            new ScheduleRoutes(ports.schedules(), requests, bodies, System::currentTimeMillis),
            new StatusRoutes(system, settings, ports, budget, draining));
    var connections = system.systemActorOf(ConnectionsActor.create(), "connections", Props.empty());
    Supplier<OpenConnection> turns = () -> new OpenConnection(draining, connections);
    return bind(system, settings, routes, turns)
        .thenApply(binding -> new GatewayServer(system, binding, draining, leaving, connections));
  }

  private static ProgramIdentity identity(ActorSystem<?> system, GatewaySettings settings) {
    var others = new ClusterGateways(settings.sharing().answerWait());
    var identity =
        new ProgramIdentity(
            settings.identity(), Ticker.systemTicker(), () -> UUID.randomUUID().toString(), others);
    var parts =
        new GatewaysActor.Parts(
            settings.sharing(),
            others,
            identity::learn,
            identity::recall,
            new Instruments(),
            System::nanoTime);
    system.systemActorOf(
        Behaviors.supervise(GatewaysActor.create(parts)).onFailure(SupervisorStrategy.restart()),
        "other-gateways",
        Props.empty());
    return identity;
  }

  private static CompletionStage<ServerBinding> bind(
      ActorSystem<?> system,
      GatewaySettings settings,
      Routes routes,
      Supplier<OpenConnection> turns) {
    // A connection that is silent for longer than any call may take is forgotten.
    var idle = settings.maxDeadline().plus(settings.bodyTimeout());
    return Tcp.get(system)
        .bind(
            settings.host(),
            settings.port(),
            BACKLOG,
            List.of(TcpSO.tcpNoDelay(true)),
            false,
            Optional.of(idle))
        .to(Sink.foreach(connection -> serve(system, settings, connection, routes, turns.get())))
        .run(system);
  }

  private static void serve(
      ActorSystem<?> system,
      GatewaySettings settings,
      IncomingConnection connection,
      Routes routes,
      OpenConnection turns) {
    var gone = new CompletableFuture<Done>();
    // The layer would log the stack of every answer that an engine breaks off.
    var http =
        Http.get(system)
            .serverLayer(
                settings.protocol(),
                Optional.of(connection.remoteAddress()),
                NoLogging.getInstance())
            .atop(withoutTls());
    Flow<HttpRequest, HttpResponse, NotUsed> handler =
        Flow.of(HttpRequest.class).mapAsync(1, request -> routes.handle(request, gone));
    connection.handleWith(
        Flow.of(ByteString.class)
            .via(new ClientGone(gone))
            .via(handler.join(BidiFlow.fromGraph(turns)).join(http)),
        system);
  }

  @SuppressWarnings("unchecked")
  private static BidiFlow<SslTlsOutbound, ByteString, ByteString, SslTlsInbound, NotUsed>
      withoutTls() {
    // The declared type is narrower at the inbound end than what the HTTP layer asks for.
    return (BidiFlow<SslTlsOutbound, ByteString, ByteString, SslTlsInbound, NotUsed>)
        (BidiFlow<?, ?, ?, ?, ?>) TLSPlacebo.getInstance();
  }

  public InetSocketAddress address() {
    return binding.localAddress();
  }

  /// Tells clients to go elsewhere: `/ready` is 503, and every answer from now on is the last of its
  /// connection. Calls are taken as before.
  public void drain() {
    draining.complete(Done.getInstance());
  }

  /// Takes no more connections. Open ones live on.
  public CompletionStage<Done> unbind() {
    return binding.unbind().thenApply(_ -> Done.getInstance());
  }

  /// Ends every connection once nothing is being answered on it. Calls that still come on open ones
  /// are served. Those who follow a run, which may take days, or wait for a call of
  /// a function are told to do so elsewhere. Completes when there is no connection any more; fails when there is one at the limit.
  ///
  /// @param quiet how long nothing must have been answered on a connection: its client may be about
  ///     to send the next call
  public CompletionStage<Done> endConnections(Duration quiet, Duration limit) {
    leaving.complete(Done.getInstance());
    return AskPattern.ask(
        connections,
        replyTo -> new ConnectionsActor.EndAll(quiet, replyTo),
        limit,
        system.scheduler());
  }
}
