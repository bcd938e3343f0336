package dev.troupe.cluster;

import dev.troupe.cluster.ClusterSettings.Role;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.Address;
import org.apache.pekko.cluster.Cluster;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;

/// Words for the members of a cluster, and what they have between them.
public final class Members {

  /// What is wrong with a cluster whose nodes have every role but this.
  public static final String NO_SCHEDULER =
      "no node of this cluster has the role scheduler, so calls wait for ever;"
          + " give it to one in troupe.cluster.roles";

  private Members() {}

  /// Whether any member that is up has the role.
  public static boolean haveRole(Cluster cluster, Role role) {
    return StreamSupport.stream(cluster.state().getMembers().spliterator(), false)
        .anyMatch(
            member -> member.hasRole(role.key()) && member.status().equals(MemberStatus.up()));
  }

  /// Troupe's roles of a member, in order.
  public static List<String> rolesOf(Member member) {
    var roles = new TreeSet<>(namesOf(List.of(Role.values())));
    roles.retainAll(member.getRoles());
    return List.copyOf(roles);
  }

  /// A state such as `up`.
  public static String nameOf(MemberStatus status) {
    return status.toString().toLowerCase(Locale.ROOT);
  }

  /// An address as `host:port`.
  public static String nameOf(Address address) {
    return address.getHost().orElse("?") + ":" + address.getPort().orElse(0);
  }

  private static List<String> namesOf(Collection<Role> roles) {
    return roles.stream().map(Role::key).toList();
  }
}
