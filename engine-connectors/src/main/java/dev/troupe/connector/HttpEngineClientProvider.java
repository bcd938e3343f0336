package dev.troupe.connector;

import dev.troupe.actor.EngineClient;
import dev.troupe.actor.EngineClientProvider;
import org.apache.pekko.actor.CoordinatedShutdown;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.stream.Materializer;

/// Makes the engine client of a JVM from its configuration. The connections close when its actor
/// system ends.
public final class HttpEngineClientProvider implements EngineClientProvider {

  @Override
  public EngineClient create(ActorSystem<?> system) {
    var config = system.settings().config();
    var transport = NettyTransport.create(TransportSettings.of(config));
    CoordinatedShutdown.get(system)
        .addTask(
            CoordinatedShutdown.PhaseBeforeActorSystemTerminate(),
            "close-engine-connections",
            transport::close);
    return new HttpEngineClient(
        transport, ConnectorSettings.of(config), Materializer.matFromSystem(system));
  }
}
