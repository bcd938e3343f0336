package dev.troupe.cluster;

import dev.troupe.cluster.Samples.Extent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.serialization.SerializationExtension;

/// Writes every remote message as bytes into a folder: what the nodes of this build send. The folder
/// `res/wire` holds those of the previous build, for [RollingUpgradeTest]; write it anew when a build
/// is released.
final class WireSamples {

  private WireSamples() {}

  /// @param arguments the folder
  public static void main(String[] arguments) throws IOException {
    var folder = Path.of(arguments[0]);
    Files.createDirectories(folder);
    var testKit = TestNodes.create("");
    try {
      for (var message : SerializationTest.remoteMessages().toList()) {
        for (var extent : Extent.values()) {
          Files.write(
              folder.resolve(message.getName() + "." + extent), write(testKit, message, extent));
        }
      }
    } finally {
      testKit.shutdownTestKit();
    }
  }

  static byte[] write(ActorTestKit testKit, Class<?> message, Extent extent) {
    var actor = testKit.system().deadLetters();
    return SerializationExtension.get(testKit.system())
        .serialize(new Samples(actor, extent).record(message))
        .get();
  }
}
