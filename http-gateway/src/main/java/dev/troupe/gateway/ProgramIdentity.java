package dev.troupe.gateway;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.troupe.program.Call;
import dev.troupe.program.CallEnd.Answer;
import dev.troupe.program.Fingerprint;
import dev.troupe.program.Program;
import dev.troupe.program.Tenant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.pekko.Done;

/// Tells which call of which program a request is.
///
/// The first step that applies decides: what the client declares ([DeclaredIdentity]), in the order
/// of trust; else what gateways have relayed before ([ConversationIndex], [PromptIndex]); else the
/// request is a program of its own. Every id is scoped by its tenant. An id is correlation, never
/// authorization: it gives no access to anything but a place in the tenant's own queue.
///
/// Safe for use by many threads. Cost: O(messages).
final class ProgramIdentity {

  /// Members of a body that are for Troupe alone; engines do not know them.
  static final Set<String> OWN_MEMBERS =
      Set.of(
          "autellix_session_id",
          "autellix_call_id",
          "autellix_thread_id",
          "autellix_parent_threads",
          "autellix_is_multithreaded",
          AskedOfProgram.PRIORITY,
          AskedOfProgram.REMAINING_CALLS,
          "litellm_session_id",
          "session_id");

  private static final Set<String> OWN_HEADERS =
      Set.of(
          "x-program-id",
          "x-parent-program-id",
          "x-call-id",
          "x-parent-call-ids",
          "x-program-final",
          "x-program-priority",
          "x-program-remaining-calls");

  private static final List<String> FINAL =
      List.of("x-program-final", "x-dynamo-session-final", "x-dynamo-trajectory-final");

  private static final CompletionStage<Done> TOLD =
      CompletableFuture.completedStage(Done.getInstance());

  private static final String PREVIOUS = "previous_response_id";

  private final IdentitySettings settings;
  private final Supplier<String> freshIds;
  private final OtherGateways others;
  private final CallNames names;
  private final Continuations continuations;
  private final ConversationIndex conversations;
  private final PromptIndex prompts;

  /// @param ticker monotonic time, by which memory expires
  /// @param freshIds ids that nobody else uses
  /// @param others told what this gateway remembers
  ProgramIdentity(
      IdentitySettings settings, Ticker ticker, Supplier<String> freshIds, OtherGateways others) {
    this.settings = settings;
    this.freshIds = freshIds;
    this.others = others;
    long salt = Fingerprint.of(freshIds.get());
    this.names = new CallNames(settings, ticker, others, salt);
    var continuations = new Continuations(settings, ticker, others, salt);
    this.continuations = continuations;
    this.conversations = new ConversationIndex(settings, ticker, continuations, others);
    this.prompts = new PromptIndex(settings, ticker, continuations, others);
  }

  /// Whether a header is for Troupe alone.
  ///
  /// @param name in lower case
  static boolean isOwnHeader(String name) {
    return OWN_HEADERS.contains(name);
  }

  /// Completes when a request can be identified: at once, or when another gateway has told what it
  /// knows of the call that the request follows.
  CompletionStage<Done> told(Tenant tenant, HeaderView headers, ScannedBody body) {
    return isBeingTold(tenant, headers, body)
        ? others.await(() -> !isBeingTold(tenant, headers, body))
        : TOLD;
  }

  /// Whether another gateway is about to tell what this request follows.
  boolean isBeingTold(Tenant tenant, HeaderView headers, ScannedBody body) {
    if (!others.exist()) {
      return false;
    }
    var signals = new Signals(headers, body);
    if (DeclaredIdentity.first(DeclaredIdentity.SESSIONS, signals).isPresent()) {
      return false;
    }
    if (signals.member(PREVIOUS).isPresent()) {
      return previous(tenant, signals).isEmpty();
    }
    return settings.guessByPrefix()
        && byway(signals).isEmpty()
        && (conversations.isAnswerOnItsWay(tenant, body.messages())
            || body.prompt().filter(at -> prompts.isAnswerOnItsWay(tenant, at)).isPresent());
  }

  /// Remembers what another gateway has told.
  void learn(Notes notes) {
    notes.chats().forEach(conversations::learn);
    notes.prompts().forEach(prompts::learn);
    notes.followed().forEach(continuations::learn);
    notes.names().forEach(names::learn);
  }

  /// All that is remembered, for a gateway that has just come: what is told of one call in the order
  /// in which it happened.
  List<Note> recall() {
    return Stream.of(
            names.recall(), continuations.recall(), prompts.recall(), conversations.recall())
        .flatMap(notes -> notes)
        .toList();
  }

  /// Recognizes a request that has just arrived. To be called once for each.
  Identified identify(Tenant tenant, HeaderView headers, ScannedBody body) {
    var signals = new Signals(headers, body);
    var claim = claim(tenant, signals);
    var program = new Program.Id(tenant, claim.program());
    var call = call(program, signals);
    var identified =
        new Identified(
            program,
            claim.source(),
            parent(program, claim, signals),
            call,
            CallNames.name(call),
            parents(program, claim, signals).filter(parent -> !parent.equals(call)).toList(),
            signals.isMemberTrue("autellix_is_multithreaded"),
            FINAL.stream().anyMatch(signals::isHeaderTrue));
    remember(identified, body, Answer.NONE, false);
    return identified;
  }

  /// Learns what a call has answered, or how far it came. To be called before the client can see the
  /// end of the answer: its next request may follow at once.
  void relayed(Identified identified, ScannedBody body, Answer answer) {
    remember(identified, body, answer, true);
  }

  private void remember(Identified identified, ScannedBody body, Answer answer, boolean isRelayed) {
    if (identified.isFinal()) {
      return;
    }
    var turn =
        new Turn(identified.program(), identified.call(), body.toolsHash(), isRelayed, false);
    conversations.relayed(turn, body.messages(), answer);
    body.prompt().ifPresent(prompt -> prompts.relayed(turn, prompt, answer));
  }

  private Claim claim(Tenant tenant, Signals signals) {
    return DeclaredIdentity.first(DeclaredIdentity.SESSIONS, signals)
        .or(() -> previous(tenant, signals))
        .or(() -> byway(signals))
        .or(() -> settings.guessByPrefix() ? followed(tenant, signals.body()) : Optional.empty())
        .orElseGet(() -> new Claim(IdentitySource.OWN, freshIds.get(), Optional.empty()));
  }

  private Optional<Claim> byway(Signals signals) {
    return DeclaredIdentity.first(DeclaredIdentity.BYWAYS, signals)
        .or(() -> settings.acceptTraceparent() ? AgentIdentity.trace(signals) : Optional.empty());
  }

  private Optional<Claim> previous(Tenant tenant, Signals signals) {
    return signals
        .member(PREVIOUS)
        .flatMap(id -> conversations.named(tenant, id))
        .map(turn -> new Claim(IdentitySource.PREVIOUS_RESPONSE, turn));
  }

  private Optional<Claim> followed(Tenant tenant, ScannedBody body) {
    return conversations
        .find(tenant, body.messages(), body.toolsHash())
        .or(() -> body.prompt().flatMap(prompt -> prompts.find(tenant, prompt)))
        .map(turn -> new Claim(IdentitySource.PREFIX, turn));
  }

  private static Optional<Program.Id> parent(Program.Id program, Claim claim, Signals signals) {
    return signals
        .header("x-parent-program-id")
        .or(claim::parent)
        .map(parent -> new Program.Id(program.tenant(), parent))
        .filter(parent -> !parent.equals(program));
  }

  private Call.Id call(Program.Id program, Signals signals) {
    var thread = signals.member("autellix_thread_id");
    var given = signals.member("autellix_call_id");
    var name = signals.header("x-call-id").or(() -> thread).or(() -> given);
    if (name.isEmpty()) {
      return CallNames.id(program, freshIds.get());
    }
    var call = names.claim(program, name.get());
    Stream.concat(thread.stream(), given.stream())
        .filter(other -> !other.equals(name.get()))
        .forEach(other -> names.alias(program, other, call));
    return call;
  }

  /// The calls that this one needs: those that the client names, else the one it is known to follow.
  private Stream<Call.Id> parents(Program.Id program, Claim claim, Signals signals) {
    var declared =
        Stream.of(
                signals.headerList("x-parent-call-ids"),
                signals.memberList("autellix_parent_threads"))
            .flatMap(List::stream)
            .distinct()
            .map(name -> names.latest(program, name))
            .toList();
    return declared.isEmpty() ? claim.parents().stream() : declared.stream();
  }
}
