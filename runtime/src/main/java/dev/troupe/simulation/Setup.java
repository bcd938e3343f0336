package dev.troupe.simulation;

/// What one simulation runs.
///
/// @param policy name of a [Policy]
/// @param placement name of a placement rule, such as `prefix-aware`
/// @param load programs offered per time, 1 being what the engines serve when all is there from the
///     start
/// @param engines how many
/// @param profile name of the engines' profile, such as `A100-8B`
/// @param seed decides which program arrives when; 0 leaves them as recorded
/// @param lengths which programs say how many calls they still make; a policy may have its own instead
public record Setup(
    String policy,
    String placement,
    double load,
    int engines,
    String profile,
    long seed,
    Lengths lengths) {

  /// One in which no program says how long it is.
  public Setup(
      String policy, String placement, double load, int engines, String profile, long seed) {
    this(policy, placement, load, engines, profile, seed, Lengths.UNSAID);
  }

  /// The same with another policy.
  public Setup withPolicy(String other) {
    return new Setup(other, placement, load, engines, profile, seed, lengths);
  }

  /// The same with other programs that say how many calls they still make.
  public Setup withLengths(Lengths others) {
    return new Setup(policy, placement, load, engines, profile, seed, others);
  }
}
