package dev.troupe;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.Map;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.testkit.CallingThreadDispatcherConfigurator;

/// An actor system in virtual time whose actors work on the thread that tells them something, mostly
/// the test's: when `tell` returns, it has been done and its timers are set. With threads of its own
/// an actor is heard before it has set its timer, and the time for that passes too early.
public final class OneThread {

  private OneThread() {}

  /// What an `ActorTestKit` is to be made with.
  public static Config config() {
    return ConfigFactory.parseMap(
            Map.of(
                "pekko.actor.default-dispatcher.type",
                CallingThreadDispatcherConfigurator.class.getName()))
        .withFallback(ManualTime.config());
  }
}
