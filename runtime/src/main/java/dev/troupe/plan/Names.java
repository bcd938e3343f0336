package dev.troupe.plan;

import dev.troupe.program.Identifiers;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// What a name may mean at the place where it is written: the steps beside it, what the container binds,
/// and what is around.
final class Names {

  private final Predicate<String> here;
  private final Optional<Names> outer;
  private final int longest;

  private Names(Predicate<String> here, int longestHere, Optional<Names> outer) {
    this.here = here;
    this.outer = outer;
    this.longest = Math.max(longestHere, outer.map(each -> each.longest).orElse(0));
  }

  static Names of(Collection<String> ids) {
    return of(new HashSet<>(ids), Optional.empty());
  }

  private static Names of(Set<String> ids, Optional<Names> outer) {
    return new Names(ids::contains, ids.stream().mapToInt(String::length).max().orElse(0), outer);
  }

  /// With steps around that are too many to list. Names of any length may be among them.
  Names around(Predicate<String> isThere) {
    return new Names(here, longest, Optional.of(new Names(isThere, Identifiers.MAX_LENGTH, outer)));
  }

  /// Within a body.
  Names inside(Collection<String> ids, Set<String> bound) {
    return of(both(ids, bound), Optional.of(this));
  }

  /// Within a body that sees nothing outside.
  static Names isolated(Collection<String> ids, Set<String> bound) {
    return of(both(ids, bound), Optional.empty());
  }

  private static Set<String> both(Collection<String> ids, Set<String> bound) {
    Set<String> all = new HashSet<>(ids);
    all.addAll(bound);
    return all;
  }

  boolean knows(String name) {
    return here.test(name) || (outer.isPresent() && outer.get().knows(name));
  }

  /// The longest known name that `text` has at `from`, and that does not end within a word; empty if none.
  /// Ids may contain full stops and dashes, so that `$a.b` is the step `a.b` if there is one, else the
  /// field `b` of the step `a`.
  Optional<String> longestAt(String text, int from) {
    int end = from;
    int limit = Math.min(text.length(), from + longest);
    while (end < limit && StepId.isAllowed(text.charAt(end))) {
      end++;
    }
    for (int to = end; to > from; to--) {
      if (isBoundary(text, to)) {
        String candidate = text.substring(from, to);
        if (knows(candidate)) {
          return Optional.of(candidate);
        }
      }
    }
    return Optional.empty();
  }

  private static boolean isBoundary(String text, int at) {
    return at == text.length()
        || !isWordCharacter(text.charAt(at - 1))
        || !isWordCharacter(text.charAt(at));
  }

  private static boolean isWordCharacter(char character) {
    return character == '_' || Character.isLetterOrDigit(character);
  }
}
