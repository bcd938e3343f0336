package dev.troupe.cluster;

import dev.troupe.program.PrefixChain;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.net.URI;
import java.util.Arrays;
import java.util.HashSet;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorRef;

/// Random values of the types that messages of every call are made of: numbers of all lengths, texts of all
/// scripts, as long as identifiers may be.
final class RandomSamples {

  private static final String[] LETTERS = {"a", "é", "文", "\uD83C\uDFAD"};
  private static final int MOST_LETTERS = 128;

  private final ActorRef<?> actor;
  private final Random random;

  RandomSamples(ActorRef<?> actor, Random random) {
    this.actor = actor;
    this.random = random;
  }

  Object of(Type type) {
    return switch (type) {
      case Class<?> plain when plain.isRecord() -> record(plain);
      case Class<?> plain when plain.isEnum() ->
          plain.getEnumConstants()[random.nextInt(plain.getEnumConstants().length)];
      case ParameterizedType generic -> generic(generic);
      default -> plain(type.getTypeName());
    };
  }

  private Object record(Class<?> type) {
    var components = type.getRecordComponents();
    var types = Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    var values =
        Arrays.stream(components).map(component -> of(component.getGenericType())).toArray();
    try {
      return type.getConstructor(types).newInstance(values);
    } catch (ReflectiveOperationException wrong) {
      throw new AssertionError("cannot make a sample of " + type, wrong);
    }
  }

  private Object generic(ParameterizedType type) {
    var elements = Stream.generate(() -> of(type.getActualTypeArguments()[0]));
    return switch (type.getRawType().getTypeName()) {
      case "java.util.Optional" -> elements.limit(random.nextInt(2)).findFirst();
      case "java.util.List" -> elements.limit(random.nextInt(40)).toList();
      case "java.util.Set" -> Set.copyOf(new HashSet<>(elements.limit(random.nextInt(4)).toList()));
      case "org.apache.pekko.actor.typed.ActorRef" -> actor;
      default -> throw new AssertionError("no sample for " + type);
    };
  }

  private Object plain(String type) {
    return switch (type) {
      case "boolean" -> random.nextBoolean();
      case "int" -> number();
      case "long", "java.lang.Long" -> random.nextLong() >> random.nextInt(Long.SIZE);
      case "java.lang.String" -> text();
      case "java.net.URI" -> URI.create("http://10.0.0.7:" + random.nextInt(65_536) + "/base");
      case "java.util.OptionalInt" ->
          random.nextBoolean() ? OptionalInt.of(number()) : OptionalInt.empty();
      case "dev.troupe.program.PrefixChain" -> prefix();
      default -> throw new AssertionError("no sample for " + type);
    };
  }

  /// Counts are not negative.
  private int number() {
    return (int) (random.nextLong() >>> 33 + random.nextInt(31));
  }

  private String text() {
    var text = new StringBuilder();
    var letter = LETTERS[random.nextInt(LETTERS.length)];
    for (int count = random.nextInt(MOST_LETTERS); count >= 0; count--) {
      text.append(letter);
    }
    return text.toString();
  }

  private PrefixChain prefix() {
    int length = random.nextInt(PrefixChain.MAX_LENGTH + 1);
    return new PrefixChain(
        random.longs(length).toArray(), IntStream.range(0, length).map(at -> at * 512).toArray());
  }
}
