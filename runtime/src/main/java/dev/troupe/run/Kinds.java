package dev.troupe.run;

import dev.troupe.plan.StepKind;

/// The words for kinds of steps.
final class Kinds {

  private Kinds() {}

  static String word(StepKind kind) {
    return switch (kind) {
      case StepKind.Llm _ -> "llm";
      case StepKind.HttpTool _ -> "http";
      case StepKind.Function _ -> "function";
      case StepKind.MapOver _ -> "map";
      case StepKind.Condition _ -> "condition";
      case StepKind.Loop _ -> "loop";
      case StepKind.Wait _ -> "wait";
      case StepKind.Approval _ -> "approval";
      case StepKind.SubRun _ -> "subrun";
      case StepKind.Join _ -> "join";
    };
  }

  /// What a step waits for that is no other step, and no room; empty if nothing.
  static String waitsFor(StepProgress step) {
    if (step.isAwaitingRetry || step.isHeld) {
      return "retry";
    }
    if (step.state == StepState.PENDING && step.unmet == 0) {
      return "stage";
    }
    if (step.state != StepState.RUNNING) {
      return "";
    }
    return switch (step.step.kind()) {
      case StepKind.Approval _ -> "approval";
      case StepKind.Wait _ -> "timer";
      case StepKind.Llm _,
          StepKind.HttpTool _,
          StepKind.Function _,
          StepKind.MapOver _,
          StepKind.Condition _,
          StepKind.Loop _,
          StepKind.SubRun _,
          StepKind.Join _ ->
          "";
    };
  }
}
