package dev.troupe.program;

/// The engines that serve one model: the scope of one scheduler.
public record ModelPool(String model) {
  public ModelPool {
    Identifiers.check("model", model);
  }
}
