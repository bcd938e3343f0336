package dev.troupe.cluster;

import dev.troupe.engine.EngineId;
import dev.troupe.engine.Lease;
import dev.troupe.program.Call;
import dev.troupe.program.ModelPool;
import dev.troupe.program.PrefixChain;
import dev.troupe.program.Tenant;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;

/// The forms of types, found by reflection once: the same bytes as Jackson writes with [CompactModule].
final class Forms {

  private final Map<Type, Form<?>> forms = new HashMap<>();
  private final ActorReferences actors;

  Forms(ActorReferences actors) {
    this.actors = actors;
    forms.put(int.class, Form.INTEGER);
    forms.put(long.class, Form.NUMBER);
    forms.put(Long.class, Form.NUMBER);
    forms.put(boolean.class, Form.FLAG);
    forms.put(String.class, Form.TEXT);
    forms.put(URI.class, Form.ofText(URI::toString, new Remembering<>(URI::create)));
    forms.put(Call.Id.class, Form.ofText(Call.Id::value, Call.Id::new));
    forms.put(Lease.Id.class, Form.ofText(Lease.Id::value, Lease.Id::new));
    forms.put(EngineId.class, Form.ofText(EngineId::value, EngineId::new));
    forms.put(ModelPool.class, Form.ofText(ModelPool::model, ModelPool::new));
    forms.put(Tenant.class, Form.ofText(Tenant::name, Tenant::new));
    forms.put(
        PrefixChain.class,
        new Form<PrefixChain>(
            (out, chain) -> out.binary(PackedPrefix.pack(chain)),
            in -> PackedPrefix.unpack(in.binary())));
    var integers = Form.INTEGER.optional();
    forms.put(
        OptionalInt.class,
        new Form<OptionalInt>(
            (out, value) ->
                integers.write(
                    out, value.isPresent() ? Optional.of(value.getAsInt()) : Optional.empty()),
            in -> integers.read(in).map(OptionalInt::of).orElseGet(OptionalInt::empty)));
  }

  /// @throws IllegalArgumentException if values of that type, or what they are made of, have no form
  @SuppressWarnings("unchecked")
  Form<Object> of(Type type) {
    var known = forms.get(type);
    if (known == null) {
      known = made(type);
      forms.put(type, known);
    }
    return (Form<Object>) known;
  }

  private Form<?> made(Type type) {
    return switch (type) {
      case Class<?> plain when plain.isRecord() -> RecordForm.of(plain, this);
      case Class<?> plain when plain.isEnum() -> ofEnum(plain);
      case ParameterizedType generic -> ofGeneric(generic);
      default -> throw new IllegalArgumentException("no form is known for " + type);
    };
  }

  private Form<?> ofGeneric(ParameterizedType type) {
    return switch (type.getRawType().getTypeName()) {
      case "java.util.Optional" -> element(type).optional();
      case "java.util.List" -> element(type).many(List::copyOf);
      case "java.util.Set" -> element(type).many(Set::copyOf);
      case "org.apache.pekko.actor.typed.ActorRef" ->
          Form.<ActorRef<?>>ofText(actors::text, actors::read);
      default -> throw new IllegalArgumentException("no form is known for " + type);
    };
  }

  private Form<Object> element(ParameterizedType type) {
    return of(type.getActualTypeArguments()[0]);
  }

  private static Form<?> ofEnum(Class<?> type) {
    var byName = new HashMap<String, Object>();
    for (var constant : type.getEnumConstants()) {
      byName.put(((Enum<?>) constant).name(), constant);
    }
    return new Form<Object>(
        (out, value) -> out.text(((Enum<?>) value).name()),
        in -> {
          var constant = byName.get(in.text());
          if (constant == null) {
            throw new UnusualFormException("another constant of " + type);
          }
          return constant;
        });
  }
}
