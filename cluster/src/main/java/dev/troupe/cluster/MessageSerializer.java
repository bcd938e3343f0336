package dev.troupe.cluster;

import dev.troupe.actor.CallActor;
import dev.troupe.actor.EngineActor;
import dev.troupe.actor.ProgramActor;
import dev.troupe.actor.SchedulerActor;
import dev.troupe.program.Remote;
import java.io.NotSerializableException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.serialization.SerializerWithStringManifest;
import org.apache.pekko.serialization.jackson.JacksonCborSerializer;

/// Writes messages between nodes as Jackson does, as CBOR, and reads them: what is said for every call with
/// [Forms], all else, and whatever a build with other components has written, with Jackson. It has Jackson's
/// identifier, so that nodes of builds without it see no difference.
public final class MessageSerializer extends SerializerWithStringManifest {

  /// Messages of every call, which nodes say as often as they can.
  static final List<Class<? extends Remote>> OF_EVERY_CALL =
      List.of(
          ProgramActor.Submit.class,
          SchedulerActor.Enqueue.class,
          EngineActor.Start.class,
          CallActor.Granted.class,
          ProgramActor.CallGranted.class,
          EngineActor.Ended.class,
          ProgramActor.CallEnded.class,
          CallActor.Served.class,
          SchedulerActor.Offer.class,
          SchedulerActor.Resident.class);

  private final JacksonCborSerializer jackson;
  private final ClassLoader classes;
  private final Map<String, Form<Object>> forms = new HashMap<>();

  /// Made by Pekko.
  public MessageSerializer(ExtendedActorSystem system) {
    this.jackson = new JacksonCborSerializer(system, "jackson-cbor");
    this.classes = system.dynamicAccess().classLoader();
    var all = new Forms(new ActorReferences(system));
    OF_EVERY_CALL.forEach(type -> forms.put(type.getName(), all.of(type)));
  }

  @Override
  public int identifier() {
    return jackson.identifier();
  }

  @Override
  public String manifest(Object message) {
    var name = message.getClass().getName();
    return forms.containsKey(name) ? name : jackson.manifest(message);
  }

  @Override
  public byte[] toBinary(Object message) {
    var form = forms.get(message.getClass().getName());
    if (form == null) {
      return jackson.toBinary(message);
    }
    var out = new CborWriter();
    form.write(out, message);
    return out.written();
  }

  @Override
  public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
    var form = forms.get(manifest);
    if (form == null) {
      checkIsRemote(manifest);
      return jackson.fromBinary(bytes, manifest);
    }
    try {
      var in = new CborReader(bytes);
      var message = form.read(in);
      in.end();
      return message;
    } catch (UnusualFormException ofAnotherBuild) {
      return jackson.fromBinary(bytes, manifest);
    }
  }

  /// Another node must not make us construct anything but a message. Jackson asks for less: a name.
  private void checkIsRemote(String manifest) throws NotSerializableException {
    try {
      if (!Remote.class.isAssignableFrom(classes.loadClass(manifest))) {
        throw new NotSerializableException(manifest + " is no message between nodes");
      }
    } catch (ClassNotFoundException ofALaterBuild) {
      throw new NotSerializableException(manifest + " is not known to this build");
    }
  }
}
