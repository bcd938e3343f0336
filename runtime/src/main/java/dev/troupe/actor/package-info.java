/// The actors: messages in, decisions asked, messages out. The only package of this module that knows Pekko.
@NullMarked
package dev.troupe.actor;

import org.jspecify.annotations.NullMarked;
