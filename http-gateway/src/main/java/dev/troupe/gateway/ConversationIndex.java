package dev.troupe.gateway;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.troupe.gateway.ScannedBody.Message;
import dev.troupe.gateway.ScannedBody.Role;
import dev.troupe.program.CallEnd.Answer;
import dev.troupe.program.Fingerprint;
import dev.troupe.program.Tenant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/// What gateways have relayed of chats, so that a request without any identity is recognized as the
/// continuation of an earlier one: agents send back all that was said before. What this one relays it
/// tells the others.
///
/// A request follows an earlier call where
///
/// | it repeats | and |
/// |---|---|
/// | that call's messages, then its answer (its text, or ids of its tool calls) | |
/// | a tool call's id that looks unique and that one call alone has brought | |
/// | a text of some length that one call alone has answered with | |
/// | that call's messages, then another assistant message, then more | these are two or more, one of them a user's |
///
/// Of all matches, the one furthest down the request wins, then the one further up in this table. A
/// first request never matches, whatever it equals. Equal matches are told apart by the tools they
/// offer, then by [Continuations].
///
/// Soft: entries are bounded and expire. Keyed by tenant, so that no two tenants ever meet. Cost:
/// O(messages) hash look-ups. Safe for use by many threads.
final class ConversationIndex {

  private final Remembered<Key, Turn> turns;
  private final Continuations continuations;
  private final OtherGateways others;

  private enum Kind {
    /// The hash is of a request's messages.
    ASKED,
    /// The hash is of a request's messages and its answer's text or tool-call id.
    ANSWERED,
    /// The hash is of an answer's text or tool-call id alone.
    SAID,
    /// The hash is of an answer's id.
    NAMED
  }

  private record Key(Tenant tenant, Kind kind, long hash) {}

  ConversationIndex(
      IdentitySettings settings, Ticker ticker, Continuations continuations, OtherGateways others) {
    this.turns = new Remembered<>(settings, ticker);
    this.continuations = continuations;
    this.others = others;
  }

  /// Keeps a request as soon as it is known which call it is, and again with what was answered.
  void relayed(Turn turn, List<Message> messages, Answer answer) {
    var marks = Marks.of(messages, answer);
    if (marks.count() > 0) {
      remember(turn, marks);
      others.tell(new Note.OfChat(turn, marks));
    }
  }

  /// Remembers a call that another gateway has relayed.
  void learn(Note.OfChat told) {
    remember(told.turn().told(), told.marks());
  }

  /// All that is remembered, oldest first, for a gateway that has just come.
  Stream<Note> recall() {
    var marks = new LinkedHashMap<Turn, Map<Kind, List<Long>>>();
    turns.forEachLatest((key, turn) ->
        marks
            .computeIfAbsent(turn, _ -> new EnumMap<>(Kind.class))
            .computeIfAbsent(key.kind(), _ -> new ArrayList<>())
            .add(key.hash()));
    var notes = new ArrayList<Note>();
    marks.forEach((turn, hashes) -> notes.add(new Note.OfChat(turn, marks(hashes))));
    return notes.reversed().stream();
  }

  private static Marks marks(Map<Kind, List<Long>> hashes) {
    return new Marks(
        hashes.getOrDefault(Kind.ASKED, List.of()),
        hashes.getOrDefault(Kind.ANSWERED, List.of()),
        hashes.getOrDefault(Kind.SAID, List.of()),
        hashes.getOrDefault(Kind.NAMED, List.of()));
  }

  /// Whether a request repeats what has been answered to a call of another gateway, which has told of
  /// the call, but not of the answer yet.
  boolean isAnswerOnItsWay(Tenant tenant, List<Message> messages) {
    int at = messages.size() - 1;
    while (at >= 0 && messages.get(at).role() != Role.ASSISTANT) {
      at--;
    }
    if (at < 0) {
      return false;
    }
    var search = search(tenant, messages, 0);
    return answeredBy(search, at).isEmpty()
        && turns.of(search.key(Kind.ASKED, search.chain()[at])).stream()
            .anyMatch(turn -> turn.isTold() && !turn.isRelayed());
  }

  /// The call whose answer has that id.
  Optional<Turn> named(Tenant tenant, String responseId) {
    return alone(new Key(tenant, Kind.NAMED, Fingerprint.of(responseId)));
  }

  /// The call that a request follows.
  ///
  /// @param toolsHash fingerprint of the tools that the request offers; 0 without any
  Optional<Turn> find(Tenant tenant, List<Message> messages, long toolsHash) {
    var search = search(tenant, messages, toolsHash);
    for (int at = messages.size() - 1; at >= 0; at--) {
      var found = at(search, at);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private static Search search(Tenant tenant, List<Message> messages, long toolsHash) {
    return new Search(tenant, messages, Marks.chain(messages), firstUser(messages), toolsHash);
  }

  private static int firstUser(List<Message> messages) {
    int at = 0;
    while (at < messages.size() && messages.get(at).role() != Role.USER) {
      at++;
    }
    return at;
  }

  /// @param chain for each count of messages, from 0 on, the hash of that many of them
  /// @param firstUser which message is the first of a user's
  private record Search(
      Tenant tenant, List<Message> messages, long[] chain, int firstUser, long toolsHash) {

    Key key(Kind kind, long hash) {
      return new Key(tenant, kind, hash);
    }

    /// Whether the first messages are enough to know a program by, whatever the next one says.
    boolean isTelling(int count) {
      return count >= 2 && firstUser < count && count + 1 < messages.size();
    }
  }

  private Optional<Turn> at(Search search, int at) {
    var message = search.messages().get(at);
    if (message.role() == Role.ASSISTANT) {
      return choose(search, answeredBy(search, at))
          .or(() -> saidBy(search, message))
          .or(() -> askedBy(search, at));
    }
    return message.toolCallId().flatMap(id -> mintedBy(search, id));
  }

  /// The turns that stood where the request's message stands and answered with it, each with the
  /// number of marks that agree.
  private Map<Turn, Integer> answeredBy(Search search, int at) {
    var message = search.messages().get(at);
    var found = new LinkedHashMap<Turn, Integer>();
    if (message.textLength() > 0) {
      count(search, Fingerprint.chain(search.chain()[at], message.textHash()), found);
    }
    for (var id : message.toolCallIds()) {
      count(search, Fingerprint.chain(search.chain()[at], Fingerprint.of(id)), found);
    }
    return found;
  }

  private void count(Search search, long place, Map<Turn, Integer> found) {
    for (var turn : turns.of(search.key(Kind.ANSWERED, place))) {
      found.merge(turn, 1, Integer::sum);
    }
  }

  private Optional<Turn> saidBy(Search search, Message message) {
    return message.toolCallIds().stream()
        .flatMap(id -> mintedBy(search, id).stream())
        .findFirst()
        .or(() ->
            message.textLength() >= Marks.TELLING_CHARACTERS
                ? alone(search.key(Kind.SAID, message.textHash()))
                : Optional.empty());
  }

  private Optional<Turn> mintedBy(Search search, String toolCallId) {
    return Marks.telling(toolCallId).flatMap(hash -> alone(search.key(Kind.SAID, hash)));
  }

  private Optional<Turn> askedBy(Search search, int at) {
    if (!search.isTelling(at)) {
      return Optional.empty();
    }
    var found = new LinkedHashMap<Turn, Integer>();
    turns.of(search.key(Kind.ASKED, search.chain()[at])).forEach(turn -> found.put(turn, 1));
    return choose(search, found);
  }

  /// One of the turns for which most speaks.
  ///
  /// @param found how much speaks for each
  private Optional<Turn> choose(Search search, Map<Turn, Integer> found) {
    if (found.isEmpty()) {
      return Optional.empty();
    }
    var best = new TreeMap<Integer, List<Turn>>();
    found.forEach((turn, marks) -> {
      int weight =
          4 * marks + (turn.isRelayed() ? 2 : 0) + (turn.toolsHash() == search.toolsHash() ? 1 : 0);
      best.computeIfAbsent(weight, _ -> new ArrayList<>()).add(turn);
    });
    return Optional.of(continuations.choose(best.lastEntry().getValue()));
  }

  private Optional<Turn> alone(Key key) {
    var found = turns.of(key);
    return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
  }

  private void remember(Turn turn, Marks marks) {
    marks.asked().forEach(hash -> remember(turn, Kind.ASKED, hash));
    marks.answered().forEach(hash -> remember(turn, Kind.ANSWERED, hash));
    marks.said().forEach(hash -> remember(turn, Kind.SAID, hash));
    marks.named().forEach(hash -> remember(turn, Kind.NAMED, hash));
  }

  private void remember(Turn turn, Kind kind, long hash) {
    var key = new Key(turn.program().tenant(), kind, hash);
    if (!turn.isTold() || turns.of(key).stream().noneMatch(turn::isOldOf)) {
      turns.add(key, turn, before -> before.call().equals(turn.call()));
    }
  }
}
