package dev.troupe.connector;

import dev.troupe.connector.AnswerReader.Content;
import dev.troupe.program.Reason;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/// Reads a stream of server-sent events as it passes by, event by event, wherever its bytes are cut.
///
/// It can withhold the event that brings nothing but the usage, for clients that have not asked for
/// it; then the beginning of an event waits for its end. All other bytes pass unchanged, as slices.
final class EventStreamReader implements BodyReader {

  /// A longer event brings more than usage, and is not held back.
  static final int MAX_HELD_BYTES = 64 << 10;

  /// A longer line is passed on unread.
  static final int MAX_LINE_BYTES = 1 << 20;

  private static final byte[] DATA = {'d', 'a', 't', 'a', ':'};
  private static final byte[] DONE = {'[', 'D', 'O', 'N', 'E', ']'};
  private static final byte[] NOTHING = {};

  private final AnswerFacts facts;
  private final AnswerReader reader;
  private final boolean withholdsUsage;

  /// The line that has not ended yet, as far as it lies in earlier pieces.
  private byte[] line = NOTHING;

  private boolean isLineTooLong;

  /// The data of the event that has not ended yet.
  private Span data = Span.NONE;

  /// The bytes of the event that has not ended yet, as far as they have not been passed on.
  private ByteString held = ByteString.emptyByteString();

  private boolean isPassedOn;
  private boolean hasBegun;
  private boolean isDone;
  private boolean hasError;

  EventStreamReader(AnswerFacts facts, boolean withholdsUsage) {
    this.facts = facts;
    this.reader = new AnswerReader(facts);
    this.withholdsUsage = withholdsUsage;
  }

  private record Span(byte[] bytes, int from, int to) {
    static final Span NONE = new Span(NOTHING, 0, 0);

    int length() {
      return to - from;
    }

    boolean startsWith(byte[] prefix) {
      return length() >= prefix.length
          && Arrays.equals(bytes, from, from + prefix.length, prefix, 0, prefix.length);
    }
  }

  @Override
  public ByteString read(ByteString piece) {
    var bytes = piece.toArrayUnsafe();
    var passed = ByteString.emptyByteString();
    int passedTo = 0;
    int eventFrom = 0;
    int lineFrom = 0;
    for (int at = 0; at < bytes.length; at++) {
      if (bytes[at] != '\n') {
        continue;
      }
      boolean isEventOver = line(bytes, lineFrom, at);
      lineFrom = at + 1;
      if (isEventOver && withholdsUsage) {
        if (event()) {
          passed = passed.concat(held);
        } else {
          passed = passed.concat(piece.slice(passedTo, eventFrom));
          passedTo = lineFrom;
        }
        held = ByteString.emptyByteString();
        isPassedOn = false;
        eventFrom = lineFrom;
      } else if (isEventOver) {
        event();
      }
    }
    keep(bytes, lineFrom);
    return withholdsUsage
        ? passed.concat(piece.slice(passedTo, eventFrom)).concat(hold(piece.drop(eventFrom)))
        : piece;
  }

  @Override
  public ByteString end() {
    var rest = held;
    held = ByteString.emptyByteString();
    return rest;
  }

  @Override
  public boolean hasBegun() {
    return hasBegun;
  }

  /// A stream that stops without a word of its end has been cut off.
  @Override
  public Optional<Reason> failure() {
    return hasError || !(isDone || facts.isFinished())
        ? Optional.of(Reason.ENGINE_LOST)
        : Optional.empty();
  }

  /// Takes in a line that ends before `to`.
  ///
  /// @return whether it is blank, and so ends its event
  private boolean line(byte[] bytes, int from, int to) {
    var whole = line.length == 0 ? bytes : concat(line, bytes, from, to);
    int start = line.length == 0 ? from : 0;
    int end = line.length == 0 ? to : whole.length;
    boolean isReadable = !isLineTooLong;
    line = NOTHING;
    isLineTooLong = false;
    if (end > start && whole[end - 1] == '\r') {
      end--;
    }
    if (isReadable && new Span(whole, start, end).startsWith(DATA)) {
      int value = start + DATA.length;
      value += value < end && whole[value] == ' ' ? 1 : 0;
      data = data.length() == 0 ? new Span(whole, value, end) : joined(data, whole, value, end);
    }
    return isReadable && end == start;
  }

  /// Keeps the beginning of a line that ends in a later piece.
  private void keep(byte[] bytes, int from) {
    isLineTooLong |= line.length + bytes.length - from > MAX_LINE_BYTES;
    line = isLineTooLong ? NOTHING : concat(line, bytes, from, bytes.length);
  }

  /// Takes in an event that has ended.
  ///
  /// @return whether the client is to see it
  private boolean event() {
    var whole = data;
    data = Span.NONE;
    if (whole.length() == 0) {
      return true;
    }
    if (whole.startsWith(DONE)) {
      isDone = true;
      return true;
    }
    try {
      return content(reader.read(whole.bytes(), whole.from(), whole.length()));
    } catch (IOException notOurs) {
      // What we cannot read is for the client to judge.
      return true;
    }
  }

  private boolean content(Content content) {
    if (content.hasOutput()) {
      hasBegun = true;
      facts.countToken();
    }
    hasError |= content.isError();
    return !(withholdsUsage && content.isUsageOnly() && !isPassedOn);
  }

  private ByteString hold(ByteString rest) {
    held = held.concat(rest);
    if (!isPassedOn && held.length() <= MAX_HELD_BYTES) {
      return ByteString.emptyByteString();
    }
    isPassedOn = true;
    var passed = held;
    held = ByteString.emptyByteString();
    return passed;
  }

  private static byte[] concat(byte[] head, byte[] bytes, int from, int to) {
    if (from == to) {
      return head;
    }
    var whole = Arrays.copyOf(head, head.length + to - from);
    System.arraycopy(bytes, from, whole, head.length, to - from);
    return whole;
  }

  private static Span joined(Span head, byte[] bytes, int from, int to) {
    var whole = Arrays.copyOfRange(head.bytes(), head.from(), head.to() + 1);
    whole[whole.length - 1] = '\n';
    var both = concat(whole, bytes, from, to);
    return new Span(both, 0, both.length);
  }
}
