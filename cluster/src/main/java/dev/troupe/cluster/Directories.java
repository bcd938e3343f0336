package dev.troupe.cluster;

import dev.troupe.actor.DirectoryActor;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.receptionist.ServiceKey;

/// Makes the directories of all nodes known to each other, so that each can list the programs of all.
public final class Directories {

  private static final ServiceKey<DirectoryActor.ListHere> DIRECTORIES =
      ServiceKey.create(DirectoryActor.ListHere.class, "directory");

  private Directories() {}

  /// @param directory of this node
  public static void connect(ActorSystem<?> system, ActorRef<DirectoryActor.Command> directory) {
    ActorRef<DirectoryActor.ListHere> own = directory.narrow();
    Peers.register(system, DIRECTORIES, own);
    Peers.follow(
        system, DIRECTORIES, own, all -> directory.tell(new DirectoryActor.Directories(all)));
  }
}
