package dev.troupe.plan;

import java.util.Set;

/// One message of a prompt.
///
/// @param role who speaks: `system`, `developer`, `user`, `assistant` or `tool`
/// @param content a text, or whatever the model's dialect takes as content (a list of parts)
public record Message(String role, Argument content) {

  private static final Set<String> ROLES =
      Set.of("system", "developer", "user", "assistant", "tool");

  public Message {
    if (!ROLES.contains(role)) {
      throw InvalidPlanException.of(
          PlanError.Code.INVALID_INPUT,
          "\""
              + PlanError.shown(role)
              + "\" is no role of a message: write system, user or assistant");
    }
  }

  public static Message user(Template text) {
    return new Message("user", new Argument.Text(text));
  }
}
