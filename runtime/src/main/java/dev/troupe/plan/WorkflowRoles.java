package dev.troupe.plan;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What roles a workflow must have, and where. Type `custom` asks nothing; no type asks that the four roles
/// of a specification are there; `spec-default` asks that each is there once, in order and chained, and that
/// testers and reviewers come after the validator alone.
final class WorkflowRoles {

  private static final List<String> REQUIRED =
      List.of("spec-analyst", "spec-architect", "spec-developer", "spec-validator");
  private static final Set<String> OPTIONAL = Set.of("spec-tester", "spec-reviewer");

  /// A step with its role.
  record Placed(StepId id, String role, List<StepId> dependencies) {}

  private WorkflowRoles() {}

  /// @throws InvalidPlanException if a role is missing or misplaced
  static void check(String type, List<Placed> steps) {
    switch (type) {
      case "custom" -> {}
      case "" -> checkPresent(steps);
      case "spec-default" -> {
        checkKnown(steps);
        checkPresent(steps);
        checkOrder(steps);
        checkOptional(steps);
      }
      default -> throw Fields.invalid("type is custom, spec-default or left out");
    }
  }

  private static void checkPresent(List<Placed> steps) {
    for (String role : REQUIRED) {
      if (steps.stream().noneMatch(step -> step.role().equals(role))) {
        throw Fields.invalid(
            "the required role " + role + " is missing; with type custom, no role is required");
      }
    }
  }

  private static void checkKnown(List<Placed> steps) {
    for (Placed step : steps) {
      if (!REQUIRED.contains(step.role()) && !OPTIONAL.contains(step.role())) {
        throw Fields.invalid("\"" + PlanError.shown(step.role()) + "\" is no role of spec-default")
            .about(step.id());
      }
    }
  }

  private static void checkOrder(List<Placed> steps) {
    Map<String, Placed> byRole = new HashMap<>();
    int next = 0;
    for (Placed step : steps) {
      if (!REQUIRED.contains(step.role())) {
        continue;
      }
      if (byRole.put(step.role(), step) != null) {
        throw Fields.invalid("the role " + step.role() + " is there twice").about(step.id());
      }
      if (!REQUIRED.get(next).equals(step.role())) {
        throw Fields.invalid(
                "the role "
                    + step.role()
                    + " is out of order: "
                    + REQUIRED.get(next)
                    + " comes first")
            .about(step.id());
      }
      if (next > 0) {
        checkChained(step, byRole.get(REQUIRED.get(next - 1)));
      }
      next++;
    }
  }

  private static void checkChained(Placed step, @Nullable Placed before) {
    if (before == null || !step.dependencies().contains(before.id())) {
      throw Fields.invalid(
              "\""
                  + step.id()
                  + "\" ("
                  + step.role()
                  + ") must depend on \""
                  + (before == null ? "" : before.id())
                  + "\"")
          .about(step.id());
    }
  }

  private static void checkOptional(List<Placed> steps) {
    StepId validator =
        steps.stream()
            .filter(step -> step.role().equals(REQUIRED.getLast()))
            .map(Placed::id)
            .findFirst()
            .orElseThrow();
    for (Placed step : steps) {
      if (OPTIONAL.contains(step.role()) && !step.dependencies().equals(List.of(validator))) {
        throw Fields.invalid(
                "\""
                    + step.id()
                    + "\" ("
                    + step.role()
                    + ") must depend on \""
                    + validator
                    + "\" alone")
            .about(step.id());
      }
    }
  }
}
