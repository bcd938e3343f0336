package dev.troupe.laboratory.page;

import static dev.troupe.laboratory.page.Markup.at;
import static dev.troupe.laboratory.page.Markup.label;
import static dev.troupe.laboratory.page.Markup.line;
import static dev.troupe.laboratory.page.Markup.text;

import dev.troupe.simulation.ProgramOutcome;
import dev.troupe.simulation.ProgramOutcome.CallOutcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/// One program's calls over time: waiting for an engine, then prefill and decode. Calls that overlap
/// lie in lanes of their own. The critical path is marked: the last call to end, the parent that
/// kept it, and so on to the first.
///
/// @param untilSeconds after the program's arrival; timelines to be compared share it
public record Timeline(String title, ProgramOutcome program, double untilSeconds) {

  private static final int WIDTH = 1100;
  private static final int LEFT = 12;
  private static final int RIGHT = 16;
  private static final int LANE = 18;
  private static final int BAR = 12;
  private static final int TOP = 6;
  private static final int BOTTOM = 40;
  private static final double NANOS_PER_SECOND = 1e9;

  /// A figure with the drawing and its legend.
  public String html() {
    var lanes = lanes(program.calls());
    int count = lanes.stream().mapToInt(lane -> lane + 1).max().orElse(1);
    int height = TOP + count * LANE + BOTTOM;
    var drawing = new StringBuilder("<figure class=\"wide\">\n");
    drawing.append("<figcaption>").append(text(title)).append("</figcaption>\n");
    drawing.append(
        "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">\n"
            .formatted(WIDTH, height, text(title)));
    drawAxis(drawing, height);
    drawPath(drawing, lanes);
    var path = criticalPath(program.calls());
    for (int call = 0; call < lanes.size(); call++) {
      drawCall(drawing, call, lanes.get(call), path.contains(call));
    }
    return drawing.append("</svg>\n").append(LEGEND).append("</figure>\n").toString();
  }

  private static final String LEGEND =
      """
      <ul class="legend">
      <li><svg width="26" height="12"><rect class="queued" width="26" height="12"/></svg>waits in the gateway's queue</li>
      <li><svg width="26" height="12"><rect class="sent" width="26" height="12"/></svg>waits in the engine's queue</li>
      <li><svg width="26" height="12"><rect class="runs" width="26" height="12"/></svg>prefill and decode</li>
      <li><svg width="26" height="12"><rect class="runs critical" width="26" height="12"/></svg>on the critical path</li>
      </ul>
      """;

  /// Positions of the calls on the critical path.
  static Set<Integer> criticalPath(List<CallOutcome> calls) {
    var path = new HashSet<Integer>();
    var ends = Comparator.<Integer>comparingLong(call -> calls.get(call).endNanos());
    var next = IntStream.range(0, calls.size()).boxed().max(ends);
    while (next.isPresent()) {
      path.add(next.get());
      next = calls.get(next.get()).parents().stream().max(ends);
    }
    return path;
  }

  /// The lane of each call: the first that is free when it is issued.
  static List<Integer> lanes(List<CallOutcome> calls) {
    var lanes = new Integer[calls.size()];
    var freeNanos = new ArrayList<Long>();
    IntStream.range(0, calls.size())
        .boxed()
        .sorted(Comparator.comparingLong(call -> calls.get(call).readyNanos()))
        .forEach(call -> {
          int lane = 0;
          while (lane < freeNanos.size() && freeNanos.get(lane) > calls.get(call).readyNanos()) {
            lane++;
          }
          if (lane == freeNanos.size()) {
            freeNanos.add(0L);
          }
          freeNanos.set(lane, calls.get(call).endNanos());
          lanes[call] = lane;
        });
    return List.of(lanes);
  }

  private void drawAxis(StringBuilder drawing, int height) {
    int bottom = height - BOTTOM;
    for (double tick : scale().ticks()) {
      double x = LEFT + scale().position(tick) * (WIDTH - LEFT - RIGHT);
      drawing.append(line(x, TOP, x, bottom + 4, "grid"));
      drawing.append(label(x, bottom + 17, "tick middle", Scale.label(tick)));
    }
    drawing.append(label(WIDTH / 2.0, height - 6, "name middle", "seconds since it arrived"));
  }

  private void drawPath(StringBuilder drawing, List<Integer> lanes) {
    var calls = program.calls();
    for (int call : criticalPath(calls)) {
      calls.get(call).parents().stream()
          .max(Comparator.comparingLong(parent -> calls.get(parent).endNanos()))
          .ifPresent(parent ->
              drawing.append(
                  line(
                      x(calls.get(parent).endNanos()),
                      middle(lanes.get(parent)),
                      x(calls.get(call).readyNanos()),
                      middle(lanes.get(call)),
                      "path")));
    }
  }

  private void drawCall(StringBuilder drawing, int position, int lane, boolean isCritical) {
    var call = program.calls().get(position);
    var critical = isCritical ? " critical" : "";
    drawing.append("<g><title>").append(text(told(position, call))).append("</title>\n");
    drawBar(drawing, call.readyNanos(), call.sentNanos(), lane, "queued");
    drawBar(drawing, call.sentNanos(), call.beganNanos(), lane, "sent");
    drawBar(drawing, call.beganNanos(), call.endNanos(), lane, "runs" + critical);
    drawing.append("</g>\n");
  }

  private static String told(int position, CallOutcome call) {
    return "call %d on engine %d: waited %s s, ran %s s; %d prompt tokens, %d cached, %d prefilled again, %d output tokens"
        .formatted(
            position,
            call.engine(),
            Scale.label((call.beganNanos() - call.readyNanos()) / NANOS_PER_SECOND),
            Scale.label((call.endNanos() - call.beganNanos()) / NANOS_PER_SECOND),
            call.promptTokens(),
            call.cachedTokens(),
            call.reprefilledTokens(),
            call.outputTokens());
  }

  private void drawBar(StringBuilder drawing, long fromNanos, long toNanos, int lane, String kind) {
    if (toNanos > fromNanos) {
      drawing.append(
          "<rect class=\"%s\" x=\"%s\" y=\"%s\" width=\"%s\" height=\"%d\"/>\n"
              .formatted(
                  kind,
                  at(x(fromNanos)),
                  at(middle(lane) - BAR / 2.0),
                  at(Math.max(0.8, x(toNanos) - x(fromNanos))),
                  BAR));
    }
  }

  private Scale scale() {
    return Scale.linear(DoubleStream.of(untilSeconds));
  }

  private double x(long nanos) {
    double seconds = (nanos - program.arrivalNanos()) / NANOS_PER_SECOND;
    return LEFT + scale().position(seconds) * (WIDTH - LEFT - RIGHT);
  }

  private static double middle(int lane) {
    return TOP + (lane + 0.5) * LANE;
  }
}
