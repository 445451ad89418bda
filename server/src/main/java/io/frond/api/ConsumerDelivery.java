package io.frond.api;

import io.frond.stream.ApiLevel;

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
      call.status("503");
      return;
    }
    if (!consumer.config().isPush()) {
      var level = call.header(ApiLevel.HEADER);
      if (level != null && ApiLevel.refuses(level)) {
        call.status("412 Required Api Level");
        return;
      }
    }
    consumer.pull(call.reply(), call.payload());
  }
}
