package dev.troupe.cluster;

import com.fasterxml.jackson.databind.JsonNode;

/// What an application does where a plan has a step of the kind `function`.
@FunctionalInterface
public interface StepFunction {

  /// Called on a virtual thread of its own, so it may block; interrupted when the step is cancelled. May be
  /// called by several steps at a time.
  ///
  /// @param arguments of the step, as the plan has them: an object by parameter, or an array by position
  /// @return the step's result
  /// @throws StepFailedException when the step is to fail in a certain way; whatever else is thrown fails the
  ///     step too, for good
  JsonNode call(JsonNode arguments) throws Exception;

  /// The same with arguments and results of types that Jackson reads and writes, such as records.
  @FunctionalInterface
  interface Typed<A, R> {

    /// As [StepFunction#call].
    R call(A arguments) throws Exception;
  }
}
