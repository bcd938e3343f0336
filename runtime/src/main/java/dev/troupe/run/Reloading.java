package dev.troupe.run;

import dev.troupe.run.Timetable.Key;
import dev.troupe.run.Timetable.Scheduled;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What was deleted while storage was read: what was read may have it still, and it is not to come back.
/// Confined to its owner; O(1), and what it is given.
public final class Reloading {

  private final Set<Key> deleted = new HashSet<>();
  private int underWay;

  /// Storage is about to be read.
  public void begun() {
    underWay++;
  }

  /// A schedule was deleted.
  public void deleted(Key key) {
    if (underWay > 0) {
      deleted.add(key);
    }
  }

  /// A reading has ended, with nothing where it failed.
  ///
  /// @return what of it is still true
  public List<Scheduled> ended(List<Scheduled> read) {
    var there = read.stream().filter(each -> !deleted.contains(each.key())).toList();
    underWay--;
    if (underWay == 0) {
      deleted.clear();
    }
    return there;
  }
}
