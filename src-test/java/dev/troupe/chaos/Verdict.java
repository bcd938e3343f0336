package dev.troupe.chaos;

/// What one check found.
///
/// @param check what was to hold
/// @param found the figures
record Verdict(String check, boolean passed, String found) {}
