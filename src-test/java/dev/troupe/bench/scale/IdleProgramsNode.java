package dev.troupe.bench.scale;

import com.typesafe.config.ConfigFactory;
import dev.troupe.actor.DirectoryActor;
import dev.troupe.actor.ProgramActor;
import dev.troupe.actor.ProgramActor.Described;
import dev.troupe.actor.ProgramPorts;
import dev.troupe.actor.Standings;
import dev.troupe.cluster.ClusterSettings;
import dev.troupe.cluster.Membership;
import dev.troupe.cluster.ShardedPrograms;
import dev.troupe.cluster.StorageSettings;
import dev.troupe.cluster.StoredStandings;
import dev.troupe.program.Call;
import dev.troupe.program.Program;
import dev.troupe.program.ProgramSettings;
import dev.troupe.program.Tenant;
import dev.troupe.program.Usage;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/// Begins programs on one node, each with one ended call, and says what they take.
final class IdleProgramsNode {

  private static final String SETTINGS =
      """
      pekko.loglevel = "WARNING"
      pekko.coordinated-shutdown.exit-jvm = off
      # Only the bound on residents makes programs leave memory.
      troupe.program { passivate-after = 1d, max-resident = %d }
      troupe.storage.directory = "%s"
      """;

  private static final int AT_ONCE = 1_000;
  private static final int ASKED_AFTERWARDS = 2_000;
  private static final long MOST_UNSAVED = 20_000;

  private final ActorSystem<Void> system;
  private final Standings standings;
  private final ShardedPrograms programs;
  private final ActorRef<Described> answers;
  private final Semaphore room = new Semaphore(AT_ONCE);
  private final AtomicInteger known = new AtomicInteger();

  private IdleProgramsNode(ActorSystem<Void> system) {
    this.system = system;
    this.answers = system.systemActorOf(counting(), "answers", Props.empty());
    var config = system.settings().config();
    this.standings = StoredStandings.start(system, StorageSettings.of(config));
    var settings = ProgramSettings.of(config);
    var directory =
        system.systemActorOf(
            DirectoryActor.create(settings.maxResident(), _ -> {}, System::nanoTime),
            "directory",
            Props.empty());
    var ports = new ProgramPorts(settings, (_, _) -> {}, standings, directory, System::nanoTime);
    this.programs =
        ShardedPrograms.start(system, (id, passivate) -> ProgramActor.create(id, ports, passivate));
    Membership.join(system, ClusterSettings.of(config)).toCompletableFuture().join();
  }

  /// @param arguments programs, how many may be resident, and a folder for storage
  public static void main(String[] arguments) throws InterruptedException {
    int count = Integer.parseInt(arguments[0]);
    var settings = SETTINGS.formatted(Integer.parseInt(arguments[1]), arguments[2]);
    var node =
        new IdleProgramsNode(
            ActorSystem.create(
                Behaviors.empty(),
                ClusterSettings.SYSTEM,
                ClusterSettings.nodeConfig(ConfigFactory.parseString(settings))));
    System.out.println("ready at http://127.0.0.1:1");
    node.begin(count);
    node.check(count);
    node.system.terminate();
  }

  private void begin(int count) throws InterruptedException {
    long startedNanos = System.nanoTime();
    for (int at = 1; at <= count; at++) {
      room.acquire();
      beginOne(at);
      if (at % 10_000 == 0) {
        awaitStorage();
      }
      if (at % 100_000 == 0 || at == count) {
        double seconds = (System.nanoTime() - startedNanos) / 1e9;
        System.out.printf(
            Locale.ROOT,
            "%,10d programs   heap in use %,6d MiB   %,7.0f programs/s%n",
            at,
            heapMebibytes(),
            at / seconds);
      }
    }
    room.acquire(AT_ONCE);
    room.release(AT_ONCE);
  }

  private void beginOne(int at) {
    var program = id(at);
    var call = Call.Id.of(program, "c1");
    programs.tell(
        program,
        new ProgramActor.Open(
            false,
            Optional.empty(),
            Map.of(),
            OptionalInt.empty(),
            OptionalInt.empty(),
            system.ignoreRef()));
    programs.tell(program, new ProgramActor.Register(call, List.of(), system.ignoreRef()));
    programs.tell(
        program,
        new ProgramActor.Complete(call, new Usage(1_000, 0, 100), 1_000_000, true, answers));
  }

  /// Asks programs in no order, of which most have left memory: none may have been forgotten.
  private void check(int count) throws InterruptedException {
    awaitWritten();
    known.set(0);
    var random = new Random(1);
    for (int asked = 0; asked < ASKED_AFTERWARDS; asked++) {
      room.acquire();
      programs.tell(id(1 + random.nextInt(count)), new ProgramActor.Describe(answers));
    }
    room.acquire(AT_ONCE);
    System.out.printf(
        Locale.ROOT,
        "asked afterwards: %,d of %,d programs know their call%n",
        known.get(),
        ASKED_AFTERWARDS);
  }

  private Behavior<Described> counting() {
    return Behaviors.receiveMessage(described -> {
      if (described.view().filter(view -> view.standing().endedCalls() == 1).isPresent()) {
        known.incrementAndGet();
      }
      room.release();
      return Behaviors.same();
    });
  }

  /// What is saved faster than storage writes would be given up.
  private void awaitStorage() throws InterruptedException {
    while (unsaved() > MOST_UNSAVED) {
      Thread.sleep(50);
    }
  }

  private void awaitWritten() throws InterruptedException {
    while (unsaved() > 0) {
      Thread.sleep(50);
    }
  }

  private long unsaved() {
    return standings.health().toCompletableFuture().join().unsavedPrograms();
  }

  private static Program.Id id(int at) {
    return new Program.Id(Tenant.ANYONE, "program-" + at);
  }

  private static long heapMebibytes() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() >> 20;
  }
}
