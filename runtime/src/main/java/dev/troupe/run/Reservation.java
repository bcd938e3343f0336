package dev.troupe.run;

/// What is set aside for an attempt before it starts.
///
/// @param promptChars characters of the prompt that is really sent: with the measured tokens, they
///     correct the next estimates
public record Reservation(Expense expense, long promptChars) {

  public static final Reservation NONE = new Reservation(Expense.NONE, 0);
}
