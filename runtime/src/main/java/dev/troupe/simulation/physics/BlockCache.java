package dev.troupe.simulation.physics;

import dev.troupe.simulation.workload.BlockRuns;
import java.util.Arrays;

/// The prompt blocks in an engine's KV memory, by id, with how many calls use each, and the unused
/// ones in the order in which they leave.
///
/// A block of a trace takes one or more *units*, which are blocks of the engine. A block is *in use*
/// (a running call refers to it), else *pinned*, else *idle*: in the list of those that can be
/// evicted, least recently used first. The blocks of one prompt become idle deepest first, as in
/// vLLM, so that a beginning outlives what follows it.
///
/// Ids lie in pages of 64 neighbours, since prompts name runs of consecutive ids: a block costs an
/// array access, a page a look into a table. Every operation is O(blocks it is given).
final class BlockCache {

  private static final int PAGE_BITS = 6;
  private static final int PAGE = 1 << PAGE_BITS;
  private static final int NONE = -1;
  private static final int ABSENT = -1;

  private final PageTable pages = new PageTable();
  private long[] pageKeys = new long[0];
  private int[] pageBlocks = new int[0];
  private int[] freePages = new int[0];
  private int freePageCount;
  private long lastKey;
  private int lastPage = NONE;

  // By place: page x 64 + offset in the page.
  private int[] users = new int[0];
  private int[] pins = new int[0];
  private int[] units = new int[0];
  private int[] older = new int[0];
  private int[] newer = new int[0];
  private int oldest = NONE;
  private int newest = NONE;

  private long heldUnits;
  private long idleUnits;
  private long usedUnits;

  long heldUnits() {
    return heldUnits;
  }

  long idleUnits() {
    return idleUnits;
  }

  long usedUnits() {
    return usedUnits;
  }

  /// Leading blocks that are here, of the first `limit`.
  int hits(BlockRuns blocks, int limit) {
    int hits = 0;
    for (int run = 0; run < blocks.runs(); run++) {
      long first = blocks.first(run);
      int count = blocks.count(run);
      for (int at = 0; at < count; at++) {
        if (hits == limit || find(first + at) == NONE) {
          return hits;
        }
        hits++;
      }
    }
    return hits;
  }

  /// Units of those of the first `count` blocks that are idle. All of them are here.
  long idleUnits(BlockRuns blocks, int count) {
    long idle = 0;
    int left = count;
    for (int run = 0; left > 0; run++) {
      int part = Math.min(left, blocks.count(run));
      for (int at = 0; at < part; at++) {
        int place = find(blocks.first(run) + at);
        if (users[place] == 0 && pins[place] == 0) {
          idle += units[place];
        }
      }
      left -= part;
    }
    return idle;
  }

  /// A call uses the blocks `from` (inclusive) to `to` (exclusive). Those that are not here are now.
  ///
  /// @return how many were here
  int use(BlockRuns blocks, int from, int to, int unitsEach) {
    int present = 0;
    int begin = 0;
    for (int run = 0; begin < to; begin += blocks.count(run++)) {
      int end = Math.min(blocks.count(run), to - begin);
      for (int at = Math.max(0, from - begin); at < end; at++) {
        long id = blocks.first(run) + at;
        int place = find(id);
        if (place == NONE) {
          place = add(id, unitsEach);
        } else {
          present++;
          if (users[place] == 0 && pins[place] == 0) {
            unlink(place);
          }
        }
        if (users[place]++ == 0) {
          usedUnits += units[place];
        }
      }
    }
    return present;
  }

  /// A call no longer uses its first `count` blocks.
  void release(BlockRuns blocks, int count) {
    int begin = blocks.length();
    for (int run = blocks.runs() - 1; run >= 0; run--) {
      begin -= blocks.count(run);
      for (int at = Math.min(blocks.count(run), count - begin) - 1; at >= 0; at--) {
        int place = find(blocks.first(run) + at);
        if (--users[place] == 0) {
          usedUnits -= units[place];
          if (pins[place] == 0) {
            append(place);
          }
        }
      }
    }
  }

  /// Takes the blocks `from` (inclusive) to `to` (exclusive) in as idle ones. Idle ones that were
  /// here count as used now.
  ///
  /// @return how many are new
  int keep(BlockRuns blocks, int from, int to, int unitsEach) {
    int added = 0;
    int begin = blocks.length();
    for (int run = blocks.runs() - 1; run >= 0; run--) {
      begin -= blocks.count(run);
      int least = Math.max(0, from - begin);
      for (int at = Math.min(blocks.count(run), to - begin) - 1; at >= least; at--) {
        long id = blocks.first(run) + at;
        int place = find(id);
        if (place == NONE) {
          append(add(id, unitsEach));
          added++;
        } else if (users[place] == 0 && pins[place] == 0) {
          unlink(place);
          append(place);
        }
      }
    }
    return added;
  }

  /// Removes the block that has been idle longest. There must be one.
  ///
  /// @return its units
  int evictOldest() {
    int place = oldest;
    unlink(place);
    users[place] = ABSENT;
    heldUnits -= units[place];
    int page = place >> PAGE_BITS;
    if (--pageBlocks[page] == 0) {
      pages.remove(pageKeys[page]);
      lastPage = NONE;
      freePages[freePageCount++] = page;
    }
    return units[place];
  }

  /// Keeps the first `count` blocks, which are all here, from being idle.
  void pin(BlockRuns blocks, int count) {
    int left = count;
    for (int run = 0; left > 0; run++) {
      int part = Math.min(left, blocks.count(run));
      for (int at = 0; at < part; at++) {
        int place = find(blocks.first(run) + at);
        if (pins[place]++ == 0 && users[place] == 0) {
          unlink(place);
        }
      }
      left -= part;
    }
  }

  /// The reverse of `pin`.
  void unpin(BlockRuns blocks, int count) {
    int begin = blocks.length();
    for (int run = blocks.runs() - 1; run >= 0; run--) {
      begin -= blocks.count(run);
      for (int at = Math.min(blocks.count(run), count - begin) - 1; at >= 0; at--) {
        int place = find(blocks.first(run) + at);
        if (--pins[place] == 0 && users[place] == 0) {
          append(place);
        }
      }
    }
  }

  private int find(long id) {
    long key = id >> PAGE_BITS;
    if (key != lastKey || lastPage == NONE) {
      lastPage = pages.get(key);
      lastKey = key;
      if (lastPage == PageTable.ABSENT) {
        return NONE;
      }
    }
    int place = (lastPage << PAGE_BITS) | (int) (id & (PAGE - 1));
    return users[place] == ABSENT ? NONE : place;
  }

  private int add(long id, int unitsEach) {
    long key = id >> PAGE_BITS;
    int page = pages.get(key);
    if (page == PageTable.ABSENT) {
      page = freePage();
      pages.put(key, page);
      pageKeys[page] = key;
      lastPage = NONE;
    }
    pageBlocks[page]++;
    int place = (page << PAGE_BITS) | (int) (id & (PAGE - 1));
    users[place] = 0;
    units[place] = unitsEach;
    heldUnits += unitsEach;
    return place;
  }

  private int freePage() {
    if (freePageCount == 0) {
      int had = pageKeys.length;
      int has = Math.max(16, 2 * had);
      pageKeys = Arrays.copyOf(pageKeys, has);
      pageBlocks = Arrays.copyOf(pageBlocks, has);
      freePages = new int[has];
      for (int page = has - 1; page >= had; page--) {
        freePages[freePageCount++] = page;
      }
      users = Arrays.copyOf(users, has * PAGE);
      Arrays.fill(users, had * PAGE, has * PAGE, ABSENT);
      pins = Arrays.copyOf(pins, has * PAGE);
      units = Arrays.copyOf(units, has * PAGE);
      older = Arrays.copyOf(older, has * PAGE);
      newer = Arrays.copyOf(newer, has * PAGE);
    }
    return freePages[--freePageCount];
  }

  private void append(int place) {
    older[place] = newest;
    newer[place] = NONE;
    if (newest == NONE) {
      oldest = place;
    } else {
      newer[newest] = place;
    }
    newest = place;
    idleUnits += units[place];
  }

  private void unlink(int place) {
    if (older[place] == NONE) {
      oldest = newer[place];
    } else {
      newer[older[place]] = newer[place];
    }
    if (newer[place] == NONE) {
      newest = older[place];
    } else {
      older[newer[place]] = older[place];
    }
    idleUnits -= units[place];
  }
}
