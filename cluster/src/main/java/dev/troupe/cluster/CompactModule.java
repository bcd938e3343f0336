package dev.troupe.cluster;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import dev.troupe.engine.EngineId;
import dev.troupe.engine.Lease;
import dev.troupe.program.Call;
import dev.troupe.program.ModelPool;
import dev.troupe.program.PrefixChain;
import dev.troupe.program.Tenant;
import java.io.IOException;
import java.io.Serial;
import java.util.function.Function;

/// How our values are written where Jackson's own way would waste bytes: identifiers as bare strings,
/// prefix chains as packed bytes. Records keep the names of their components, so that nodes of two
/// versions understand each other.
public final class CompactModule extends SimpleModule {

  @Serial private static final long serialVersionUID = 1L;

  public CompactModule() {
    super("troupe");
    bareString(Call.Id.class, Call.Id::value, Call.Id::new);
    bareString(Lease.Id.class, Lease.Id::value, Lease.Id::new);
    bareString(EngineId.class, EngineId::value, EngineId::new);
    bareString(ModelPool.class, ModelPool::model, ModelPool::new);
    bareString(Tenant.class, Tenant::name, Tenant::new);
    addSerializer(PrefixChain.class, new PrefixChainSerializer());
    addDeserializer(PrefixChain.class, new PrefixChainDeserializer());
  }

  private <T> void bareString(Class<T> type, Function<T, String> text, Function<String, T> parse) {
    addSerializer(type, new StringSerializer<>(type, text));
    addDeserializer(type, new StringDeserializer<>(type, parse));
  }

  private static final class StringSerializer<T> extends StdSerializer<T> {

    @Serial private static final long serialVersionUID = 1L;

    private final transient Function<T, String> text;

    StringSerializer(Class<T> type, Function<T, String> text) {
      super(type);
      this.text = text;
    }

    @Override
    public void serialize(T value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeString(text.apply(value));
    }
  }

  private static final class StringDeserializer<T> extends StdDeserializer<T> {

    @Serial private static final long serialVersionUID = 1L;

    private final transient Function<String, T> parse;

    StringDeserializer(Class<T> type, Function<String, T> parse) {
      super(type);
      this.parse = parse;
    }

    @Override
    public T deserialize(JsonParser in, DeserializationContext context) throws IOException {
      return parse.apply(in.getText());
    }
  }

  private static final class PrefixChainSerializer extends StdSerializer<PrefixChain> {

    @Serial private static final long serialVersionUID = 1L;

    PrefixChainSerializer() {
      super(PrefixChain.class);
    }

    @Override
    public void serialize(PrefixChain chain, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeBinary(PackedPrefix.pack(chain));
    }
  }

  private static final class PrefixChainDeserializer extends StdDeserializer<PrefixChain> {

    @Serial private static final long serialVersionUID = 1L;

    PrefixChainDeserializer() {
      super(PrefixChain.class);
    }

    @Override
    public PrefixChain deserialize(JsonParser in, DeserializationContext context)
        throws IOException {
      return PackedPrefix.unpack(in.getBinaryValue());
    }
  }
}
