/// A model server without a model: the OpenAI protocol, real queues and real timing, made-up text.
@NullMarked
package dev.troupe.simulated;

import org.jspecify.annotations.NullMarked;
