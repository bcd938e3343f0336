package dev.troupe.cluster;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;
import org.apache.pekko.remote.artery.RemoteInstrument;

/// Writes down what the nodes of this process send each other for calls: the names of messages, in the
/// order of sending, and of Pekko's own to the calls' actors. Made by Pekko, for every node.
public final class SentBetweenNodes extends RemoteInstrument {

  /// Makes a node use it.
  static final String SETTING =
      "pekko.remote.artery.advanced.instruments = [\"" + SentBetweenNodes.class.getName() + "\"]\n";

  /// What engines' actors and nodes say at intervals, or to offer room.
  private static final Set<String> OF_NO_CALL =
      Set.of("Offer", "Resident", "Retract", "Enlisted", "EngineSeen", "Describe", "Described");

  private static final List<String> SENT = new CopyOnWriteArrayList<>();

  /// What was sent since the latest [#clear].
  static List<String> sent() {
    return List.copyOf(SENT);
  }

  static void clear() {
    SENT.clear();
  }

  @Override
  public byte identifier() {
    return 7;
  }

  @Override
  public void remoteMessageSent(
      ActorRef recipient, Object message, ActorRef sender, int size, long time) {
    var said = message instanceof ShardingEnvelope<?> envelope ? envelope.message() : message;
    var name = said.getClass().getSimpleName();
    boolean isOurs = said.getClass().getName().startsWith("dev.troupe.actor.");
    boolean isToACall = recipient != null && recipient.path().toString().contains("/calls/");
    if ((isOurs || isToACall) && !OF_NO_CALL.contains(name)) {
      SENT.add(name);
    }
  }

  @Override
  public void remoteMessageReceived(
      ActorRef recipient, Object message, ActorRef sender, int size, long time) {}

  @Override
  public void remoteWriteMetadata(
      ActorRef recipient, Object message, ActorRef sender, ByteBuffer buffer) {}

  @Override
  public void remoteReadMetadata(
      ActorRef recipient, Object message, ActorRef sender, ByteBuffer buffer) {}
}
