package dev.troupe.gateway;

import dev.troupe.gateway.ErrorTable.Fault;
import dev.troupe.program.RemainingCalls;
import dev.troupe.program.Tenant;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.IntFunction;

/// What a call says of its program in numbers: how much it matters, and how many calls are to come. Each in a
/// header or in a member of the body; the header counts where both are there.
sealed interface AskedOfProgram {

  String PRIORITY = "autellix_priority";

  String REMAINING_CALLS = "autellix_remaining_calls";

  /// The members of a body that say it.
  Set<String> MEMBERS = Set.of(PRIORITY, REMAINING_CALLS);

  /// How a number of remaining calls is refused, as a sentence's end.
  String REMAINING_RULE = "a whole number from 0 to " + RemainingCalls.MOST;

  /// @param priority empty where the call says nothing of it, as is the other
  /// @param remainingCalls to come after this one
  record Said(OptionalInt priority, OptionalInt remainingCalls) implements AskedOfProgram {}

  /// It says what cannot be.
  record Refused(Problem problem) implements AskedOfProgram {}

  /// One number, or why it is none.
  record Read(OptionalInt number, Optional<Problem> problem) {}

  static AskedOfProgram of(
      Tenant tenant, HeaderView headers, ScannedBody body, AllowedPriorities allowed) {
    var priority =
        read(
            headers,
            "X-Program-Priority",
            body,
            PRIORITY,
            number -> allowed.refusal(tenant, number));
    var remaining =
        read(
            headers,
            "X-Program-Remaining-Calls",
            body,
            REMAINING_CALLS,
            number ->
                RemainingCalls.isValid(number) ? Optional.empty() : Optional.of(REMAINING_RULE));
    return priority
        .problem()
        .or(remaining::problem)
        .<AskedOfProgram>map(Refused::new)
        .orElseGet(() -> new Said(priority.number(), remaining.number()));
  }

  /// @param refusal why it cannot be that number, as a sentence's end
  private static Read read(
      HeaderView headers,
      String header,
      ScannedBody body,
      String member,
      IntFunction<Optional<String>> refusal) {
    var inHeader = headers.value(header.toLowerCase(Locale.ROOT));
    if (inHeader.isPresent()) {
      return number(inHeader.get(), Fault.INVALID_HEADER, header, refusal);
    }
    return body.hints().containsKey(member)
        ? number(body.hint(member).orElse("no value"), Fault.INVALID_BODY, member, refusal)
        : new Read(OptionalInt.empty(), Optional.empty());
  }

  private static Read number(
      String text, Fault fault, String place, IntFunction<Optional<String>> refusal) {
    // What is no number is refused like one that is too large.
    int number =
        Optional.of(text.strip())
            .filter(digits -> digits.matches("[+-]?[0-9]{1,9}"))
            .map(Integer::valueOf)
            .orElse(Integer.MAX_VALUE);
    var problem =
        refusal
            .apply(number)
            .map(why -> Problem.of(fault, "`" + place + "` must be " + why, Optional.of(place)));
    return new Read(OptionalInt.of(number), problem);
  }
}
