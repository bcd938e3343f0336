package dev.troupe.gateway;

import dev.troupe.gateway.ErrorTable.Fault;
import dev.troupe.program.Tenant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// What a call says of its program's priority: in a header, or in a member of its body.
sealed interface AskedPriority {

  /// In lower case.
  String HEADER = "x-program-priority";

  String MEMBER = "autellix_priority";

  /// @param priority empty where the call says nothing of it
  record Said(OptionalInt priority) implements AskedPriority {}

  /// It says what cannot be.
  record Refused(Problem problem) implements AskedPriority {}

  /// The header counts where both are there.
  static AskedPriority of(
      Tenant tenant, HeaderView headers, ScannedBody body, AllowedPriorities allowed) {
    var header = headers.value(HEADER);
    if (header.isPresent()) {
      return read(header.get(), Fault.INVALID_HEADER, "X-Program-Priority", tenant, allowed);
    }
    var member = body.hints().get(MEMBER);
    return member == null
        ? new Said(OptionalInt.empty())
        : read(oneOf(member), Fault.INVALID_BODY, MEMBER, tenant, allowed);
  }

  private static String oneOf(List<String> values) {
    return values.size() == 1 ? values.getFirst() : values.toString();
  }

  private static AskedPriority read(
      String text, Fault fault, String place, Tenant tenant, AllowedPriorities allowed) {
    // What is no number is refused like one that is too large.
    int priority =
        Optional.of(text.strip())
            .filter(number -> number.matches("[+-]?[0-9]{1,9}"))
            .map(Integer::valueOf)
            .orElse(Integer.MAX_VALUE);
    return allowed
        .refusal(tenant, priority)
        .<AskedPriority>map(why ->
            new Refused(Problem.of(fault, "`" + place + "` must be " + why, Optional.of(place))))
        .orElseGet(() -> new Said(OptionalInt.of(priority)));
  }
}
