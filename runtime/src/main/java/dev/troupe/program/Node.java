package dev.troupe.program;

/// Another node of the cluster.
///
/// @param address at which the others reach it; no two nodes have the same at a time
public record Node(String address) {}
