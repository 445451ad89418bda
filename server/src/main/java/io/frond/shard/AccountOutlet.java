package io.frond.shard;

import io.frond.account.Account;
import io.frond.account.Delivery;
import io.frond.account.Ingress;
import io.frond.account.Side;
import io.frond.shard.InletSubscription.With;
import io.frond.wire.MessageFrame;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The shard's way into one account. On the shard's thread; subscriptions come and go at once.
public final class AccountOutlet implements Outlet {
  /// A receiver's queue from which on its consumers wait, in bytes.
  private static final long CROWDED = 1 << 20;

  private final ShardThread shard;
  private final Account account;
  private final Ingress ingress;
  private final InterestWatches watches;
  private final MessageFrame frame = MessageFrame.blank();
  private ByteBuffer scratch = ByteBuffer.allocate(4 << 10);

  AccountOutlet(ShardThread shard, Account account) {
    this.shard = shard;
    this.account = account;
    ingress = new Ingress(account);
    watches = new InterestWatches(shard, account);
  }

  @Override
  public Taken publish(byte[] subject, byte[] reply, int headerLength, byte[] body) {
    var size = subject.length + reply.length + body.length + 2;
    var to = room(size);
    to.put(subject).put(reply).put(body).put((byte) '\r').put((byte) '\n');
    return publish(subject.length, reply.length, headerLength, body.length);
  }

  /// {@inheritDoc}
  ///
  /// Every acknowledgement of a publish goes this way: nothing is allocated.
  @Override
  public Taken answer(ByteBuffer from, int at, int length, byte[] body, int bodyLength) {
    var to = room(length + bodyLength + 2);
    to.put(0, from, at, length).position(length);
    to.put(body, 0, bodyLength).put((byte) '\r').put((byte) '\n');
    return publish(length, 0, 0, bodyLength);
  }

  /// Publishes what is in `scratch`.
  private Taken publish(int subjectLength, int replyLength, int headerLength, int bodyLength) {
    var delivery = shard.delivery();
    delivery.begin(
        frame.place(scratch, 0, subjectLength, replyLength, headerLength, bodyLength),
        Side.LOCAL,
        null,
        false);
    ingress.publishOnce(delivery);
    return taken(delivery);
  }

  @Override
  public Taken deliver(
      byte[] to,
      byte[] shown,
      byte[] reply,
      int replyLength,
      int headerLength,
      ByteBuffer buffer,
      int at,
      int length) {
    var place = room(to.length + replyLength + length + 2);
    place.put(to).put(reply, 0, replyLength);
    place.put(place.position(), buffer, at, length);
    place.position(place.position() + length);
    place.put((byte) '\r').put((byte) '\n');
    var delivery = shard.delivery();
    delivery.begin(
        frame.place(place, 0, to.length, replyLength, headerLength, length),
        Side.LOCAL,
        null,
        false);
    delivery.showAs(shown);
    ingress.publish(delivery);
    return taken(delivery);
  }

  private ByteBuffer room(int size) {
    if (scratch.capacity() < size) {
      scratch = ByteBuffer.allocate(2 * size);
    }
    return scratch.clear();
  }

  private static Taken taken(Delivery delivery) {
    if (delivery.delivered() == 0) {
      return Taken.NOBODY;
    }
    return delivery.takeHold() >= CROWDED ? Taken.CROWDED : Taken.YES;
  }

  @Override
  public boolean hasInterest(byte[] subject) {
    return account.sublist().hasInterest(subject);
  }

  @Override
  public boolean hasLiteralInterest(byte[] subject, byte[] queue) {
    return account.sublist().hasLiteral(subject, queue);
  }

  @Override
  public long interestGeneration() {
    return account.sublist().generation();
  }

  @Override
  public Listening watch(byte[] subject, Runnable changed) {
    return watches.add(subject, changed);
  }

  /// {@inheritDoc}
  ///
  /// What is on its way when it ends does not come any more.
  @Override
  public Listening subscribe(String subject, Handler handler) {
    var ended = new boolean[1];
    var listening =
        listen(
            subject.getBytes(StandardCharsets.UTF_8),
            null,
            (in, at) -> {
              if (ended[0]) {
                return;
              }
              var reply = in.copyOf(in.replyAt(at), in.replyLength(at));
              handler.message(
                  in.copyOf(in.subjectAt(at), in.subjectLength(at)),
                  reply,
                  in.headerLength(at),
                  in.copyOf(in.bodyAt(at), in.bodyLength(at)));
            });
    return () -> {
      ended[0] = true;
      listening.close();
    };
  }

  /// Listens with access to the staged message itself.
  public Listening listen(byte[] subject, byte @Nullable [] queue, Chunk.Target target) {
    return listen(new InletSubscription(shard, Side.LOCAL, subject, queue, target, With.NOTHING));
  }

  /// As [#listen], for a target that asks [Chunk#source] for the tag's source.
  public Listening listenWithTags(byte[] subject, Chunk.Target target) {
    return listen(new InletSubscription(shard, Side.LOCAL, subject, null, target, With.TAG));
  }

  /// As [#listen], for a target that asks [Chunk#source] for the sender.
  public Listening listenToRequests(byte[] subject, byte @Nullable [] queue, Chunk.Target target) {
    return listen(new InletSubscription(shard, Side.LOCAL, subject, queue, target, With.SENDER));
  }

  private Listening listen(InletSubscription subscription) {
    account.subscribe(subscription);
    return () -> account.unsubscribe(subscription);
  }

  /// Listens in the hub's place: to what is published here and below. Other servers are not told
  /// but for the leaves below.
  public Listening listenForHub(byte[] subject, Chunk.Target target) {
    return listen(new InletSubscription(shard, Side.HUB, subject, null, target, With.TAG));
  }

  /// Sends a message by one way instead of to all who are interested.
  ///
  /// @param way sends it, for example over one link
  /// @return [Taken#NOBODY] when the way did not take it
  public Taken send(
      Predicate<Delivery> way, byte[] subject, byte[] reply, int headerLength, byte[] body) {
    var size = subject.length + reply.length + body.length + 2;
    var to = room(size);
    to.put(subject).put(reply).put(body).put((byte) '\r').put((byte) '\n');
    var delivery = shard.delivery();
    delivery.begin(
        frame.place(to, 0, subject.length, reply.length, headerLength, body.length),
        Side.LOCAL,
        null,
        false);
    if (!way.test(delivery)) {
      return Taken.NOBODY;
    }
    return delivery.takeHold() >= CROWDED ? Taken.CROWDED : Taken.YES;
  }
}
