package dev.troupe.cluster;

import java.lang.invoke.LambdaMetafactory;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.function.Function;

/// A record as a map from the names of its components to their values, in their order.
final class RecordForm {

  private static final MethodType READ = MethodType.methodType(Object.class, Object.class);
  private static final MethodType MAKE = MethodType.methodType(Object.class, Object[].class);

  /// @param key its name, as CBOR
  private record Component(byte[] key, Function<Object, Object> accessor, Form<Object> form) {}

  private final Component[] components;
  private final MethodHandle constructor;

  private RecordForm(Component[] components, MethodHandle constructor) {
    this.components = components;
    this.constructor = constructor;
  }

  /// @param type a public record
  static Form<Object> of(Class<?> type, Forms forms) {
    var declared = type.getRecordComponents();
    var types = Arrays.stream(declared).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      var lookup = MethodHandles.lookup();
      var components = new Component[declared.length];
      for (int at = 0; at < declared.length; at++) {
        components[at] =
            new Component(
                key(declared[at].getName()),
                accessor(lookup, declared[at]),
                forms.of(declared[at].getGenericType()));
      }
      var constructor =
          lookup
              .unreflectConstructor(type.getConstructor(types))
              .asSpreader(Object[].class, types.length)
              .asType(MAKE);
      var form = new RecordForm(components, constructor);
      return new Form<>(form::write, form::read);
    } catch (Throwable wrong) {
      throw new IllegalArgumentException(type + " is no public record", wrong);
    }
  }

  private static byte[] key(String name) {
    var out = new CborWriter();
    out.text(name);
    return out.written();
  }

  /// As fast as a method reference, where reflection takes as long as writing does.
  @SuppressWarnings("unchecked")
  private static Function<Object, Object> accessor(
      MethodHandles.Lookup lookup, RecordComponent component) throws Throwable {
    var method = lookup.unreflect(component.getAccessor());
    return (Function<Object, Object>)
        LambdaMetafactory.metafactory(
                lookup,
                "apply",
                MethodType.methodType(Function.class),
                READ,
                method,
                method.type().wrap())
            .getTarget()
            .invoke();
  }

  private void write(CborWriter out, Object value) {
    out.open();
    for (var component : components) {
      out.raw(component.key());
      component.form().write(out, component.accessor().apply(value));
    }
    out.close();
  }

  private Object read(CborReader in) {
    var values = new Object[components.length];
    in.open();
    for (int at = 0; at < values.length; at++) {
      in.pass(components[at].key());
      values[at] = components[at].form().read(in);
    }
    in.close();
    return make(values);
  }

  private Object make(Object[] values) {
    try {
      return (Object) constructor.invokeExact(values);
    } catch (RuntimeException | Error thrown) {
      throw thrown;
    } catch (Throwable impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
