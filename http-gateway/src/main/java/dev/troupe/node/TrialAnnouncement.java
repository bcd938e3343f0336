package dev.troupe.node;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.Collectors;

/// What a trial cluster says when it is ready: as a node does of the address in front, then who is
/// behind it, and what to try.
final class TrialAnnouncement {

  private TrialAnnouncement() {}

  /// @param models there are; empty when no engine answers yet
  /// @param needsKey whether only those who have a key of the configuration may call
  static String of(
      InetSocketAddress front,
      List<TrialMember> members,
      List<String> models,
      boolean needsKey,
      long startNanos) {
    var victim = members.getLast();
    return Announcement.of(front, models, needsKey, startNanos)
        + """

        Behind it:

        %s

          %-18s members, shards, engines, programs
          kill -9 %-10d %s is gone: calls go on at the others, and it comes back
          kill -HUP %-8d restarts one node after the other, without a lost call
        """
            .formatted(
                members.stream().map(TrialAnnouncement::line).collect(Collectors.joining("\n")),
                status(members.getFirst()),
                victim.pid().orElse(0L),
                victim.place().name(),
                ProcessHandle.current().pid());
  }

  private static String status(TrialMember member) {
    int port = member.place().managementPort();
    return "./troupe status" + (port == 8558 ? "" : " --url http://127.0.0.1:" + port);
  }

  private static String line(TrialMember member) {
    return "  %s  http://127.0.0.1:%d  management http://127.0.0.1:%d  pid %d"
        .formatted(
            member.place().name(),
            member.place().gatewayPort(),
            member.place().managementPort(),
            member.pid().orElse(0L));
  }
}
