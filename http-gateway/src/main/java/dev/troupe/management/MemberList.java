package dev.troupe.management;

import dev.troupe.cluster.Members;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.pekko.cluster.Cluster;
import org.apache.pekko.cluster.Member;

/// The members of the cluster as this node sees them.
///
/// @param self this node, as `host:port`, as all here
/// @param leader that admits and removes members; empty while there is none
record MemberList(
    String self, Optional<String> leader, List<Entry> members, List<String> unreachable) {

  /// @param status such as `up`
  record Entry(String address, String status, List<String> roles, String version) {}

  static MemberList of(Cluster cluster) {
    var state = cluster.state();
    return new MemberList(
        Members.nameOf(cluster.selfAddress()),
        Optional.ofNullable(state.getLeader()).map(Members::nameOf),
        stream(state.getMembers())
            .map(member ->
                new Entry(
                    name(member),
                    Members.nameOf(member.status()),
                    Members.rolesOf(member),
                    member.appVersion().version()))
            .toList(),
        state.getUnreachable().stream().map(MemberList::name).sorted().toList());
  }

  private static String name(Member member) {
    return Members.nameOf(member.address());
  }

  private static Stream<Member> stream(Iterable<Member> members) {
    return StreamSupport.stream(members.spliterator(), false);
  }
}
