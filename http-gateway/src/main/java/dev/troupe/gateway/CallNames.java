package dev.troupe.gateway;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.troupe.program.Call;
import dev.troupe.program.Program;
import java.util.HexFormat;
import java.util.stream.Stream;

/// Turns the names that clients give to calls into ids that no two calls share.
///
/// A client's name is unique in its program at best, and often not even there: a header set once for
/// a whole client names every call alike. Queues know a call by its id alone. So an id is the name,
/// made unique by the program's fingerprint, and by a count when the name comes again. Gateways count
/// at the same time: where there are several, a mark of the gateway stands behind the count. As a
/// parent, a name means the latest call that had it.
///
/// Safe for use by many threads.
final class CallNames {

  private final RecentEntries<Named, Use> uses;
  private final OtherGateways others;
  private final String mark;

  private record Named(Program.Id program, String name) {}

  /// @param count calls that have had the name
  private record Use(Call.Id latest, int count) {}

  /// @param salt another number in every gateway
  CallNames(IdentitySettings settings, Ticker ticker, OtherGateways others, long salt) {
    this.uses = new RecentEntries<>(settings, ticker);
    this.others = others;
    this.mark = '.' + HexFormat.of().toHexDigits((short) salt);
  }

  /// The id of the first call of that name.
  static Call.Id id(Program.Id program, String name) {
    return Call.Id.of(program, name);
  }

  /// The name in an id, as clients know it.
  static String name(Call.Id call) {
    int end = call.value().lastIndexOf('@');
    return end < 0 ? call.value() : call.value().substring(0, end);
  }

  /// The id of a new call of that name.
  Call.Id claim(Program.Id program, String name) {
    var use =
        uses.update(
            new Named(program, name),
            before -> {
              int count = before.map(Use::count).orElse(0) + 1;
              return new Use(id(program, count == 1 ? name : again(name, count)), count);
            });
    tell(program, name, use);
    return use.latest();
  }

  private String again(String name, int count) {
    return name + '~' + count + (others.exist() ? mark : "");
  }

  /// Gives a claimed call another name.
  void alias(Program.Id program, String name, Call.Id call) {
    var use =
        uses.update(
            new Named(program, name),
            before -> new Use(call, before.map(Use::count).orElse(0) + 1));
    tell(program, name, use);
  }

  /// The latest call of that name, or the id that its first will have.
  Call.Id latest(Program.Id program, String name) {
    return uses.get(new Named(program, name)).map(Use::latest).orElseGet(() -> id(program, name));
  }

  /// Remembers a call that another gateway has named. Of two with the same count, the one that this
  /// gateway has named remains the latest.
  void learn(Note.OfName told) {
    uses.update(
        new Named(told.program(), told.name()),
        before ->
            before
                .filter(use -> use.count() >= told.count())
                .orElseGet(() -> new Use(told.latest(), told.count())));
  }

  /// All that is remembered, for a gateway that has just come.
  Stream<Note> recall() {
    return uses.latest().reversed().stream().map(entry -> note(entry.getKey(), entry.getValue()));
  }

  private static Note note(Named named, Use use) {
    return new Note.OfName(named.program(), named.name(), use.latest(), use.count());
  }

  private void tell(Program.Id program, String name, Use use) {
    others.tell(note(new Named(program, name), use));
  }
}
