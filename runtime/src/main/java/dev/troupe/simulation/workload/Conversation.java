package dev.troupe.simulation.workload;

import dev.troupe.simulation.workload.Distribution.LogNormal;
import dev.troupe.simulation.workload.Distribution.Samples;
import java.util.List;

/// One call after the other, each prompt being the prompt and the output before and what was added.
///
/// The published prefill per call is read as what a call adds, the shared beginning counted with the
/// first: outputs of 277 tokens leave no room for whole prompts of 256. Means are published; the
/// deviations of lengths and the length of the shared beginning are ours.
///
/// @param calls how many
/// @param mostCalls the longest published
/// @param added tokens that a call adds to the conversation
/// @param output tokens
/// @param waitNanos before each call but the first
record Conversation(
    String label,
    int systemTokens,
    Distribution calls,
    int mostCalls,
    Distribution added,
    Distribution output,
    Distribution waitNanos)
    implements ProgramKind {

  private static final Distribution NO_WAIT = new Samples(List.of(0.0));

  /// ShareGPT: 6.66 calls, at most 80, of 255.65 tokens in and 276.81 out
  /// ([Autellix](https://arxiv.org/abs/2502.13965), Fig. 11). The set records no pauses, so users
  /// answer at once.
  static final Conversation CHAT =
      new Conversation(
          "chat",
          64,
          new LogNormal(6.66, 8.7),
          80,
          new LogNormal(255.65 - 64 / 6.66, 300),
          new LogNormal(276.81, 250),
          NO_WAIT);

  /// BFCL v3: 10.75 calls, at most 70, of 735.06 tokens in and 34.14 out
  /// ([Autellix](https://arxiv.org/abs/2502.13965), Fig. 11), with the web tools' waits of
  /// [ToolWaits#WEB_SEARCH].
  static final Conversation REACT =
      new Conversation(
          "react",
          2048,
          new LogNormal(10.75, 7.5),
          70,
          new LogNormal(735.06 - 2048 / 10.75, 500),
          new LogNormal(34.14, 25),
          ToolWaits.WEB_SEARCH);

  /// Programs all alike, which no policy can tell apart: 8 calls of 512 tokens in and 128 out without
  /// waits. Not from a publication: it shows what a policy costs where it cannot win.
  static final Conversation UNIFORM =
      new Conversation(
          "uniform",
          256,
          new LogNormal(8, 0),
          8,
          new LogNormal(512, 0),
          new LogNormal(128, 0),
          NO_WAIT);

  @Override
  public void write(Draft draft) {
    int left = Math.min(mostCalls, draft.draw(calls));
    var text = draft.longer(draft.system(), draft.draw(added));
    int last = draft.call(List.of(), text, draft.draw(output), 0);
    for (left--; left > 0; left--) {
      var prompt = draft.longer(draft.after(last), draft.draw(added));
      long wait = Math.round(waitNanos.draw(draft.random()));
      last = draft.call(List.of(last), prompt, draft.draw(output), wait);
    }
  }
}
