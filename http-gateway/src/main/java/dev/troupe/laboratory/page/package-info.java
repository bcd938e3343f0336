/// Drawings and pages: HTML and SVG that need nothing but a browser. Knows text and numbers only.
@NullMarked
package dev.troupe.laboratory.page;

import org.jspecify.annotations.NullMarked;
