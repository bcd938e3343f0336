package dev.troupe.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.troupe.plan.Argument;
import dev.troupe.plan.Message;
import dev.troupe.plan.StepKind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The messages that a model call is really sent: what its author wrote, with the results of the steps it
/// depends on and of no other, and the run's memory.
///
/// A result that a message refers to stands where it refers to it; each other one is a message of its own,
/// before the author's last. All of these, and nothing else, are made to fit by the run's context policy.
final class StepContext {

  private final List<Compaction.Item> items = new ArrayList<>();

  /// The number of the item that stands for a reference, or for a step.
  private final Map<Object, Integer> numbers = new LinkedHashMap<>();

  private StepContext() {}

  static List<StepInput.Sent> messages(Run run, StepProgress step, StepKind.Llm llm, Place place)
      throws Arguments.NoValue {
    StepContext context = new StepContext();
    Map<String, JsonNode> inputs = new LinkedHashMap<>();
    for (Map.Entry<String, Argument> each : llm.inputs().entrySet()) {
      inputs.put(each.getKey(), Arguments.at(place).value(each.getValue()));
    }
    Arguments measuring =
        new Arguments(place, inputs, (reference, value) -> context.note(place, reference, value));
    List<StepInput.Sent> written = context.write(llm, measuring);
    context.noteOthers(run, step, llm, place);
    List<StepInput.Sent> memory = memory(run);
    long fixed = chars(written) + chars(memory);
    List<String> texts =
        Compaction.fit(context.items, fixed, run.policy().context(), run.resources().tokens())
            .orElseThrow(() ->
                new Arguments.NoValue(
                    StepError.Code.CONTEXT_COMPACT_FAILED,
                    "context too large: it does not fit into "
                        + run.policy().context().maxTokens().orElse(0)
                        + " tokens"));
    Arguments writing =
        new Arguments(
            place, inputs, (reference, _) -> texts.get(context.numbers.getOrDefault(reference, 0)));
    return context.arranged(memory, context.write(llm, writing), texts);
  }

  /// @return an empty text: only what is fixed is measured
  private String note(Place place, Argument.Reference reference, JsonNode value) {
    if (!numbers.containsKey(reference)) {
      StepProgress step = place.step(reference.step());
      numbers.put(reference, items.size());
      items.add(
          new Compaction.Item(
              reference.toString(),
              Arguments.text(value),
              step == null ? Long.MAX_VALUE : step.endedBy));
    }
    return "";
  }

  private void noteOthers(Run run, StepProgress step, StepKind.Llm llm, Place place) {
    Set<StepProgress> seen = new HashSet<>();
    llm.eachReference(
        reference -> Optional.ofNullable(place.step(reference.step())).ifPresent(seen::add));
    for (StepProgress parent : run.steps().parents(step)) {
      if (seen.add(parent)) {
        String text = Arguments.text(place.resultOf(parent));
        numbers.put(parent.id(), items.size());
        items.add(new Compaction.Item(parent.id().value(), heading(parent) + text, parent.endedBy));
      }
    }
  }

  private static String heading(StepProgress parent) {
    return "Result of \"" + parent.id().local() + "\":\n";
  }

  private List<StepInput.Sent> write(StepKind.Llm llm, Arguments arguments)
      throws Arguments.NoValue {
    List<StepInput.Sent> written = new ArrayList<>(llm.messages().size());
    for (Message message : llm.messages()) {
      written.add(new StepInput.Sent(message.role(), arguments.value(message.content())));
    }
    return written;
  }

  private List<StepInput.Sent> arranged(
      List<StepInput.Sent> memory, List<StepInput.Sent> written, List<String> texts) {
    List<StepInput.Sent> all = new ArrayList<>(memory);
    all.addAll(written.subList(0, written.size() - 1));
    numbers.forEach((what, number) -> {
      if (!(what instanceof Argument.Reference)) {
        all.add(new StepInput.Sent("user", TextNode.valueOf(texts.get(number))));
      }
    });
    all.add(written.getLast());
    return all;
  }

  private static List<StepInput.Sent> memory(Run run) {
    if (run.memory().values().isEmpty()) {
      return List.of();
    }
    StringBuilder text = new StringBuilder("What is known in this run:");
    run.memory()
        .values()
        .forEach((key, value) ->
            text.append("\n").append(key).append(": ").append(Arguments.text(value)));
    return List.of(new StepInput.Sent("system", TextNode.valueOf(text.toString())));
  }

  /// The beginning of what the messages say.
  static String beginning(List<StepInput.Sent> messages, int most) {
    StringBuilder text = new StringBuilder();
    for (StepInput.Sent each : messages) {
      String said = Arguments.text(each.content());
      text.append(said, 0, Math.min(said.length(), most - text.length()));
    }
    return text.toString();
  }

  /// Characters of the messages as they are sent.
  static long chars(List<StepInput.Sent> messages) {
    long chars = 0;
    for (StepInput.Sent each : messages) {
      chars += Arguments.text(each.content()).length();
    }
    return chars;
  }
}
