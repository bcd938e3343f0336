/// The node: what is put together, and the command line that starts it. The only package that sees
/// every module.
@NullMarked
package dev.troupe.node;

import org.jspecify.annotations.NullMarked;
