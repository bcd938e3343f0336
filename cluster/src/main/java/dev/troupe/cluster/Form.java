package dev.troupe.cluster;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;

/// How values of one type are written to other nodes, and read.
///
/// @param reader throws [UnusualFormException] where other bytes come than the writer writes
record Form<T>(BiConsumer<CborWriter, T> writer, Function<CborReader, T> reader) {

  static final Form<Integer> INTEGER =
      new Form<>((out, value) -> out.number(value), CborReader::integer);
  static final Form<Long> NUMBER = new Form<>(CborWriter::number, CborReader::number);
  static final Form<Boolean> FLAG = new Form<>(CborWriter::flag, CborReader::flag);
  static final Form<String> TEXT = new Form<>(CborWriter::text, CborReader::text);

  static <T> Form<T> ofText(Function<T, String> text, Function<String, T> parse) {
    return new Form<>((out, value) -> out.text(text.apply(value)), in -> parse.apply(in.text()));
  }

  void write(CborWriter out, T value) {
    writer.accept(out, value);
  }

  T read(CborReader in) {
    return reader.apply(in);
  }

  /// As null, where there is no value.
  Form<Optional<T>> optional() {
    return new Form<>(
        (out, value) -> value.ifPresentOrElse(present -> write(out, present), out::none),
        in -> in.isNone() ? Optional.empty() : Optional.of(read(in)));
  }

  /// @param copy the collection that is wanted, of the elements
  <C extends Collection<T>> Form<C> many(Function<List<T>, C> copy) {
    return new Form<>(
        (out, values) -> {
          out.array(values.size());
          values.forEach(value -> write(out, value));
        },
        in -> {
          int size = in.array();
          var values = new ArrayList<T>(size);
          for (int count = 0; count < size; count++) {
            values.add(read(in));
          }
          return copy.apply(values);
        });
  }
}
