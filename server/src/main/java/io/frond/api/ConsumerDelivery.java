package io.frond.api;

/// `$JS.API.CONSUMER.MSG.NEXT.STREAM.CONSUMER`: a pull request, which is answered with messages. On
/// the shard's thread.
final class ConsumerDelivery {
  private final Assets assets;

  ConsumerDelivery(Assets assets) {
    this.assets = assets;
  }

  void next(Call call) {
    if (call.reply().length == 0) {
      return;
    }
    var account = assets.account(call.accountName());
    var stream = account == null ? null : account.streams().get(call.token(5));
    var consumer = stream == null ? null : stream.consumers().get(call.token(6));
    if (consumer == null || call.tokenCount() != 7) {
      call.noResponders();
      return;
    }
    consumer.pull(call.reply(), call.headerLength(), call.body());
  }
}
