package dev.troupe.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What items wait for, by their types, their order and a few words.
///
/// - Research waits for nothing, unless it says on what it is based.
/// - Processing waits for all research before it; if it speaks of all results, also for all processing.
/// - Reporting waits for all processing before it, and for research where there is none.
/// - “based on X”, “using X”, “from the results of X” wait for the items before whose title has the
///   words of X.
/// - “for each”, “per item” make an item wait for nothing of its own type.
///
/// Items wait only for items before them, so there is no cycle.
final class Heuristic {

  private static final Pattern BASED =
      Pattern.compile(
          "(?:based on|building on|using the results? of|from the results? of|results? of)"
              + " ([^.,;\\n]{3,120})");
  private static final Pattern ALL =
      Pattern.compile("\\b(all|overall|every|combine|aggregate|synthesi[sz]e|consolidate)\\b");
  private static final Pattern EACH = Pattern.compile("\\b(for each|per item|each of|per city)\\b");
  private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}]{4,}");

  private static final int MAX_CHARS = 2_000;
  private static final int MAX_TITLE_CHARS = 200;

  private Heuristic() {}

  static Map<StepId, List<StepId>> dependencies(Outline outline) {
    Map<StepId, List<StepId>> found = new LinkedHashMap<>();
    List<Outline.Item> before = new ArrayList<>();
    for (Outline.Item item : outline.items()) {
      found.put(item.id(), dependencies(item, before));
      before.add(item);
    }
    return found;
  }

  private static List<StepId> dependencies(Outline.Item item, List<Outline.Item> before) {
    String text = text(item);
    List<StepId> named = named(text, before);
    boolean isEach = EACH.matcher(text).find();
    return switch (item.type()) {
      case RESEARCH -> isEach ? List.of() : named;
      case PROCESSING -> {
        List<StepId> all = ids(before, Outline.Type.RESEARCH);
        if (!isEach && ALL.matcher(text).find()) {
          all.addAll(ids(before, Outline.Type.PROCESSING));
        }
        yield both(all, isEach ? List.of() : named);
      }
      case REPORTING -> {
        List<StepId> all = ids(before, Outline.Type.PROCESSING);
        yield both(all.isEmpty() ? ids(before, Outline.Type.RESEARCH) : all, named);
      }
    };
  }

  /// What is looked at of an item.
  private static String text(Outline.Item item) {
    String text = item.title() + ". " + item.description();
    return text.substring(0, Math.min(text.length(), MAX_CHARS)).toLowerCase(Locale.ROOT);
  }

  private static List<StepId> both(List<StepId> some, List<StepId> more) {
    List<StepId> all = new ArrayList<>(some);
    all.addAll(more);
    return Plans.distinct(all);
  }

  private static List<StepId> ids(List<Outline.Item> items, Outline.Type type) {
    List<StepId> ids = new ArrayList<>();
    for (Outline.Item each : items) {
      if (each.type() == type) {
        ids.add(each.id());
      }
    }
    return ids;
  }

  /// The items whose title has more than half of the words that follow “based on”.
  private static List<StepId> named(String text, List<Outline.Item> before) {
    List<StepId> named = new ArrayList<>();
    Matcher based = BASED.matcher(text);
    while (based.find()) {
      List<String> words = words(based.group(1));
      for (Outline.Item each : before) {
        String title = title(each);
        long shared = words.stream().filter(title::contains).count();
        if (shared * 2 > words.size()) {
          named.add(each.id());
        }
      }
    }
    return Plans.distinct(named);
  }

  private static String title(Outline.Item item) {
    String title = item.title();
    return title.substring(0, Math.min(title.length(), MAX_TITLE_CHARS)).toLowerCase(Locale.ROOT);
  }

  private static List<String> words(String phrase) {
    List<String> words = new ArrayList<>();
    Matcher word = WORD.matcher(phrase);
    while (word.find()) {
      words.add(word.group());
    }
    return words;
  }
}
