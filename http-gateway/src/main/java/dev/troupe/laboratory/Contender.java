package dev.troupe.laboratory;

/// A policy and the placement it is simulated with.
record Contender(String policy, String placement) {}
