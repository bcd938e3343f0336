/// The embedded engine: llama.cpp's server as a child process of the node, with a small model, for
/// people without a GPU. To the rest of Troupe it is an engine like any remote one.
@NullMarked
package dev.troupe.embedded;

import org.jspecify.annotations.NullMarked;
