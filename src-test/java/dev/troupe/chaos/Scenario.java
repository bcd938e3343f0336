package dev.troupe.chaos;

import dev.troupe.chaos.Disruption.CutOff;
import dev.troupe.chaos.Disruption.Kill;
import dev.troupe.chaos.Disruption.LoneRestart;
import dev.troupe.chaos.Disruption.Pause;
import dev.troupe.chaos.Disruption.RollingRestart;
import dev.troupe.chaos.Disruption.Victim;
import java.time.Duration;
import java.util.List;

/// One thing that happens to a cluster under load.
///
/// @param about one line for people
/// @param forbidsRefusals whether no call may be refused meanwhile
record Scenario(
    String name, String about, Layout layout, Disruption disruption, boolean forbidsRefusals) {

  private static final Duration PAUSE = Duration.ofSeconds(30);
  private static final Duration SHORT_PAUSE = Duration.ofSeconds(3);
  private static final Duration CUT = Duration.ofSeconds(60);

  /// Pekko's own first seed would form a cluster after 5 s.
  private static final Duration ALONE = Duration.ofSeconds(20);

  private static final Scenario KILL_SCHEDULER =
      kill("kill-scheduler", "kill -9 the node that holds the scheduler", Victim.SCHEDULER);

  private static final Scenario ROLLING =
      new Scenario(
          "rolling-restart",
          "restart all nodes in a row with SIGTERM",
          Layout.FULL,
          new RollingRestart(),
          true);

  static final Scenario UPGRADE =
      new Scenario(
          "upgrade",
          "restart all nodes in a row with SIGTERM, each as this build in place of an earlier one",
          Layout.FULL,
          new RollingRestart(),
          true);

  static final Scenario CUT_OFF =
      new Scenario(
          "cut-off",
          "cut one node off from the network for 60 s",
          Layout.NETWORK,
          new CutOff(Victim.GATEWAY, CUT),
          false);

  /// Every scenario, those of one layout side by side.
  static List<Scenario> all() {
    return List.of(
        KILL_SCHEDULER,
        kill("kill-oldest", "kill -9 the oldest node", Victim.OLDEST),
        kill("kill-engine-holder", "kill -9 a node that holds an engine's actor", Victim.ENGINE),
        new Scenario(
            "pause",
            "SIGSTOP a node for 30 s, then SIGCONT",
            Layout.FULL,
            new Pause(Victim.GATEWAY, PAUSE, true),
            false),
        new Scenario(
            "lone-first-seed",
            "SIGSTOP all nodes but the first seed, kill -9 that one and start it again, SIGCONT 20 s later",
            Layout.FULL,
            new LoneRestart(ALONE),
            false),
        ROLLING,
        splitKill("split-kill-gateway", "kill -9 a node that is a gateway alone", Victim.GATEWAY),
        splitKill(
            "split-kill-scheduler", "kill -9 a node that is a scheduler alone", Victim.SCHEDULER),
        splitKill("split-kill-engine", "kill -9 a node that has engines alone", Victim.ENGINE),
        CUT_OFF);
  }

  /// Those that a test has time for.
  static List<Scenario> brief() {
    return List.of(
        KILL_SCHEDULER,
        new Scenario(
            "short-pause",
            "SIGSTOP a node for 3 s, then SIGCONT",
            Layout.FULL,
            new Pause(Victim.GATEWAY, SHORT_PAUSE, false),
            false),
        ROLLING);
  }

  private static Scenario kill(String name, String about, Victim victim) {
    return new Scenario(name, about, Layout.FULL, new Kill(victim), false);
  }

  private static Scenario splitKill(String name, String about, Victim victim) {
    return new Scenario(name, about, Layout.SPLIT, new Kill(victim), false);
  }
}
