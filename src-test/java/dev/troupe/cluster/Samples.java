package dev.troupe.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.troupe.plan.Budget;
import dev.troupe.plan.Plan;
import dev.troupe.plan.RunPolicy;
import dev.troupe.plan.Step;
import dev.troupe.plan.StepId;
import dev.troupe.plan.StepKind;
import dev.troupe.program.PrefixChain;
import dev.troupe.run.Consumption;
import dev.troupe.run.RunCommand;
import dev.troupe.run.RunEvent;
import dev.troupe.run.RunId;
import dev.troupe.run.Schedule;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;

/// Values for every component of a record, found by its type; a type that is not known here fails.
final class Samples {

  /// How much to put into the sample.
  enum Extent {
    /// Optionals and collections are empty.
    LEAST,
    /// Optionals are present, collections have elements, the prefix chain is as long as it gets.
    MOST
  }

  private final ActorRef<?> actor;
  private final Extent extent;

  Samples(ActorRef<?> actor, Extent extent) {
    this.actor = actor;
    this.extent = extent;
  }

  Object record(Class<?> type) {
    var components = type.getRecordComponents();
    var types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    var values =
        Arrays.stream(components).map(component -> of(component.getGenericType())).toArray();
    try {
      var constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (ReflectiveOperationException wrong) {
      throw new AssertionError("cannot make a sample of " + type, wrong);
    }
  }

  private Object of(Type type) {
    return switch (type) {
      case Class<?> plain -> plain(plain);
      case ParameterizedType generic -> generic(generic);
      default -> throw unknown(type);
    };
  }

  private Object plain(Class<?> type) {
    if (type.isRecord()) {
      return ofStrictRecords(type).orElseGet(() -> record(type));
    }
    if (type.isEnum()) {
      var constants = type.getEnumConstants();
      return constants[constants.length - 1];
    }
    Map<Class<?>, Object> values =
        Map.of(
            boolean.class,
            true,
            int.class,
            70_000,
            Integer.class,
            3,
            long.class,
            5_000_000_000L,
            Long.class,
            -6_000_000_000L,
            double.class,
            0.25,
            String.class,
            "text, 文字 and \uD83C\uDFAD",
            URI.class,
            URI.create("http://10.0.0.7:8000/base"),
            Duration.class,
            Duration.ofSeconds(3, 141_592_653),
            PrefixChain.class,
            prefix());
    return Optional.ofNullable(values.get(type))
        .or(() -> optionalNumber(type))
        .or(() -> ofRuns(type))
        .orElseThrow(() -> unknown(type));
  }

  private static Optional<Object> ofStrictRecords(Class<?> type) {
    Map<Class<?>, Object> values =
        Map.of(
            StepId.class,
            new StepId("fetch"),
            Budget.class,
            Budget.ofMoney(5_000_000, "EUR"),
            RunPolicy.class,
            RunPolicy.DEFAULT,
            RunCommand.Submit.class,
            submission());
    return Optional.ofNullable(values.get(type));
  }

  private static RunCommand.Submit submission() {
    var step = new Step(new StepId("all"), new StepKind.Join(StepKind.Join.How.LIST), List.of());
    return RunCommand.Submit.of(new RunId("run"), Plan.of(List.of(step)), RunPolicy.DEFAULT);
  }

  /// Values of plans and runs, which are not all that their components allow.
  private Optional<Object> ofRuns(Class<?> type) {
    var step =
        new Step(
            new StepId("fetch"),
            new StepKind.Wait(Optional.of(Duration.ofSeconds(5)), Optional.empty()),
            List.of());
    var plan = Plan.of(List.of(step));
    var run = new RunId("run-1");
    Map<Class<?>, Object> values =
        Map.of(
            // No object: what a later build adds to one would be the user's.
            JsonNode.class,
            TextNode.valueOf("value"),
            Plan.class,
            plan,
            Instant.class,
            Instant.parse("2027-01-01T00:00:00.123Z"),
            Schedule.class,
            new Schedule.ByCron("30 8 * * MON-FRI", ZoneId.of("Europe/Oslo"), Instant.EPOCH),
            RunCommand.class,
            RunCommand.Submit.of(run, plan, RunPolicy.DEFAULT),
            RunEvent.class,
            new RunEvent.StepFinished(
                step.id(), TextNode.valueOf("result"), Consumption.ofTokens(3, 1, 2), 7));
    return Optional.ofNullable(values.get(type));
  }

  private Optional<Object> optionalNumber(Class<?> type) {
    boolean present = extent == Extent.MOST;
    Map<Class<?>, Object> values =
        Map.of(
            OptionalInt.class, present ? OptionalInt.of(7) : OptionalInt.empty(),
            OptionalLong.class, present ? OptionalLong.of(1L << 40) : OptionalLong.empty(),
            OptionalDouble.class, present ? OptionalDouble.of(0.5) : OptionalDouble.empty());
    return Optional.ofNullable(values.get(type));
  }

  private Object generic(ParameterizedType type) {
    if (type.getRawType() == ActorRef.class) {
      return actor;
    }
    boolean empty = extent == Extent.LEAST;
    var elements = type.getActualTypeArguments();
    if (type.getRawType() == Optional.class) {
      return empty ? Optional.empty() : Optional.of(of(elements[0]));
    }
    if (type.getRawType() == List.class) {
      return empty ? List.of() : List.of(of(elements[0]), of(elements[0]));
    }
    if (type.getRawType() == Set.class) {
      return empty ? Set.of() : Set.of(of(elements[0]));
    }
    if (type.getRawType() == Map.class) {
      return empty ? Map.of() : Map.of(of(elements[0]), of(elements[1]));
    }
    throw unknown(type);
  }

  private PrefixChain prefix() {
    int length = extent == Extent.LEAST ? 0 : PrefixChain.MAX_LENGTH;
    var hashes = new long[length];
    var tokens = new int[length];
    for (int at = 0; at < length; at++) {
      hashes[at] = (at + 1) * 0x9E3779B97F4A7C15L;
      tokens[at] = 700 * (at + 1);
    }
    return new PrefixChain(hashes, tokens);
  }

  private static AssertionError unknown(Type type) {
    return new AssertionError("no sample for " + type + ": say in Samples what it looks like");
  }
}
