package dev.troupe.actor;

import static dev.troupe.actor.Samples.program;
import static org.assertj.core.api.Assertions.assertThat;

import dev.troupe.program.Tenant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class DirectoryActorTest {

  private static final ActorTestKit testKit = ActorTestKit.create();

  private final AtomicLong nowNanos = new AtomicLong();
  private final TestProbe<DirectoryActor.Residents> residents = testKit.createTestProbe();

  @AfterAll
  static void shutdown() {
    testKit.shutdownTestKit();
  }

  @Test
  void asksTheFirstComerToLeaveWhenThereAreTooMany() {
    var directory = directory(2);
    var first = started(directory, "p1");
    var second = started(directory, "p2");

    var third = started(directory, "p3");
    first.expectMessage(new ProgramActor.Leave());

    // The first has open calls and stays: the next one is asked before it is asked again.
    started(directory, "p4");
    second.expectMessage(new ProgramActor.Leave());
    second.stop();
    started(directory, "p5");
    third.expectMessage(new ProgramActor.Leave());
  }

  @Test
  void saysWhichProgramsLiveHereTheLatestFirst() {
    var directory = directory(100);
    var programs = new TestProbe<?>[3];
    for (int at = 0; at < programs.length; at++) {
      nowNanos.set(at);
      programs[at] = started(directory, "p" + at);
    }
    nowNanos.set(10);

    directory.tell(new DirectoryActor.ListHere(Tenant.ANYONE, 2, residents.ref()));

    var here = residents.receiveMessage();
    assertThat(here.total()).isEqualTo(3);
    assertThat(here.programs().stream().map(DirectoryActor.Resident::ageNanos))
        .containsExactly(8L, 9L);
    directory.tell(new DirectoryActor.ListHere(new Tenant("other"), 2, residents.ref()));
    assertThat(residents.receiveMessage().total()).isZero();
  }

  @Test
  void listsTheProgramsOfAllNodes() {
    var here = directory(100);
    var there = directory(100);
    here.tell(new DirectoryActor.Directories(Set.of(here.narrow(), there.narrow())));
    var first = started(here, "p1");
    var second = started(there, "p2");
    TestProbe<DirectoryActor.Listing> listing = testKit.createTestProbe();

    here.tell(new DirectoryActor.ListPrograms(Tenant.ANYONE, 10, listing.ref()));

    for (var program : List.of(first, second)) {
      program
          .expectMessageClass(ProgramActor.Describe.class)
          .replyTo()
          .tell(new ProgramActor.Described(Optional.empty()));
    }
    assertThat(listing.receiveMessage().total()).isEqualTo(2);
  }

  private ActorRef<DirectoryActor.Command> directory(int maxResident) {
    return testKit.spawn(DirectoryActor.create(maxResident, _ -> {}, nowNanos::get));
  }

  /// A program's actor that has made itself known.
  private TestProbe<ProgramActor.Command> started(
      ActorRef<DirectoryActor.Command> directory, String id) {
    TestProbe<ProgramActor.Command> actor = testKit.createTestProbe();
    directory.tell(new DirectoryActor.ProgramStarted(program(id), actor.ref()));
    // Answered after it has been heard.
    directory.tell(new DirectoryActor.ListHere(Tenant.ANYONE, 0, residents.ref()));
    residents.receiveMessage();
    return actor;
  }
}
