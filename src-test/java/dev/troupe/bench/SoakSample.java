package dev.troupe.bench;

import java.util.Locale;

/// What a node and its engines held at one moment of a soak.
///
/// @param heapBytes of live objects, after a collection
/// @param descriptors open files, sockets among them
/// @param leases of engines' slots that are out, as the node's metrics say
/// @param openCalls actors of calls in the node's heap
/// @param programs records of programs in the node's heap
/// @param executions requests that run or wait in the engines, as they say themselves
record SoakSample(
    long heapBytes,
    long residentBytes,
    long threads,
    long descriptors,
    long sockets,
    long leases,
    long openCalls,
    long programs,
    long executions) {

  static final String HEADING =
      " minute  heap MiB   RSS MiB  threads  files  sockets  leases  calls  engine  programs";

  boolean isIdle() {
    return leases == 0 && openCalls == 0 && programs == 0 && executions == 0;
  }

  String line(double minute) {
    return String.format(
        Locale.ROOT,
        "%7.1f %9.1f %9.1f %8d %6d %8d %7d %6d %7d %9d",
        minute,
        mebibytes(heapBytes),
        mebibytes(residentBytes),
        threads,
        descriptors,
        sockets,
        leases,
        openCalls,
        executions,
        programs);
  }

  static double mebibytes(double bytes) {
    return bytes / (1 << 20);
  }
}
