package io.frond.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// The messages of one stream. It knows nothing of limits, retention or consumers: the stream above
/// it decides what goes, this holds what is there and finds it quickly. Deterministic: the same
/// calls give the same state. One owner: the shard's thread.
///
/// Sequences rise by one from the first message on; gaps come from removals and [#skipTo]. Nothing
/// here scans the stream: finding the next message of a filter costs what the subjects that match
/// and the messages found cost, not what lies between.
///
/// Memory grows with subjects and open segments, not with messages (the file implementation), and
/// with 16 bytes or so for each message that has a TTL.
public interface MessageStore extends AutoCloseable {
  /// Appends a message as `lastSequence + 1`.
  ///
  /// @param buffer holds headers and payload: `length` bytes from `at` on, copied
  /// @param timestamp nanoseconds since the epoch, not before the last one's
  /// @param expiry see [StoredMessage#expiry]
  /// @return the message's sequence
  /// @throws IOException when the disk refuses; nothing was appended then
  long append(
      byte[] subject,
      ByteBuffer buffer,
      int at,
      int headerLength,
      int length,
      long timestamp,
      long expiry)
      throws IOException;

  /// The next message becomes `sequence`: what lies between counts as deleted. Without effect
  /// unless it is over `lastSequence + 1`. On an empty store first becomes `sequence` and last
  /// `sequence-1`.
  void skipTo(long sequence) throws IOException;

  /// Gives the next sequence to a message that nobody wants, which counts as deleted.
  ///
  /// @param timestamp of it, not before the last one's
  /// @return its sequence
  long skip(long timestamp) throws IOException;

  /// Finds a message.
  ///
  /// @return false when it is not there, or was found damaged: then [Damage] is told and the
  ///   message counts as removed
  boolean load(long sequence, StoredMessage into) throws IOException;

  /// Finds the first message at or behind `from` that the filter matches.
  ///
  /// @return false when there is none; `into` is then unchanged
  boolean loadNext(SubjectFilter filter, long from, StoredMessage into) throws IOException;

  /// Like [#loadNext] without reading the message; 0 when there is none.
  long next(SubjectFilter filter, long from) throws IOException;

  /// Finds the last message at or before `upTo` that the filter matches.
  boolean loadPrevious(SubjectFilter filter, long upTo, StoredMessage into) throws IOException;

  /// Finds the newest message of a literal subject.
  boolean loadLast(byte[] subject, StoredMessage into) throws IOException;

  /// The first sequence whose time is at or after `timestamp`; `lastSequence + 1` when there is
  /// none.
  long sequenceAt(long timestamp) throws IOException;

  /// Takes a message out.
  ///
  /// @param erase whether its bytes are overwritten on disk too
  /// @return false when it was not there
  boolean remove(long sequence, boolean erase) throws IOException;

  /// Takes out all messages before `sequence`; the next one that is there becomes the first. Over
  /// last it empties the store and the next message becomes `sequence`.
  ///
  /// @return how many messages went
  long compact(long sequence) throws IOException;

  /// Takes out all messages; sequences go on. Returns how many went.
  long purge() throws IOException;

  /// Takes out all messages behind `sequence`; the next one becomes `sequence + 1`. The last time
  /// becomes that of the newest message that is left, 0 when there is none.
  void truncate(long sequence) throws IOException;

  StoreState state();

  long messages();

  long firstSequence();

  long lastSequence();

  /// As nats-server counts a message against limits: in files 22 + subject + body (+4 with headers)
  /// bytes and 8 of checksum, in memory 16 + subject + body.
  long bytes();

  /// What one message counts in [#bytes].
  int sizeOf(int subjectLength, int headerLength, int bodyLength);

  /// How many subjects there are.
  long subjectCount();

  /// Null when there is no message of this subject.
  @Nullable SubjectState subject(byte[] subject) throws IOException;

  /// Gives each subject that the filter matches, in no order, until the visitor has enough.
  void subjects(SubjectFilter filter, SubjectVisitor visitor) throws IOException;

  /// Takes a subject; the array must not be changed.
  interface SubjectVisitor {
    /// @return whether to go on
    boolean subject(byte[] subject, SubjectState state);
  }

  /// How many messages at or behind `from` the filter matches.
  ///
  /// @param lastPerSubject only each subject's newest message counts, when it is at or behind
  ///   `from`
  long count(SubjectFilter filter, long from, boolean lastPerSubject) throws IOException;

  /// Sequences between first and last that are not there, ascending, at most `max`.
  long[] deleted(int max) throws IOException;

  /// When the next message with a TTL ends, nanoseconds since the epoch; `Long.MAX_VALUE` for
  /// never.
  long nextExpiry();

  /// Sequences whose TTL has ended at `now`, ascending, at most `max`; they stay until removed.
  long[] expired(long now, int max);

  /// Begins to make all that was done so far durable. The owner takes the checkpoint and goes on
  /// working; [Checkpoint#sync] does the slow part elsewhere; [Checkpoint#done] comes back to the
  /// owner. At most one at a time.
  Checkpoint checkpoint() throws IOException;

  /// A state of the store that is being made durable.
  interface Checkpoint {
    /// What [StoreFactory#file] needs to find this very state again, however the store's files were
    /// changed meanwhile.
    byte[] manifest();

    /// Forces files. Any one thread, may take long.
    void sync() throws IOException;

    /// The manifest is safe: what only older manifests needed may go (deleted segments' files,
    /// erased bytes). Owner.
    void done() throws IOException;

    /// It came to nothing; the older manifest stays valid. Owner.
    void failed();
  }

  /// Closes files; nothing is made durable that was not.
  @Override
  void close() throws IOException;

  /// Closes the store and deletes what it has on disk.
  void destroy() throws IOException;

  /// Hears of messages that turned out to be damaged. On the owner's thread.
  interface Damage {
    void lost(long firstSequence, long lastSequence, String file, String what);
  }
}
