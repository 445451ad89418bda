package io.frond.api;

import io.frond.consumer.Consumer;
import io.frond.json.JsonException;
import io.frond.stream.ApiException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Lists of a stream's consumers. On the shard's thread.
final class ConsumerLists {
  private final Infos infos;

  ConsumerLists(Api api) {
    infos = api.infos();
  }

  private static long offset(Call call) throws JsonException {
    if (!call.isJson()) {
      return 0;
    }
    var request = call.fields("JSApiConsumersRequest");
    var offset = Page.offset(request);
    call.checkUnknown(request);
    return offset;
  }

  /// All but inner ones.
  private static List<Consumer> consumers(ApiStream stream) {
    var all = new ArrayList<Consumer>();
    for (var consumer : stream.consumers().values()) {
      if (!consumer.config().direct()) {
        all.add(consumer);
      }
    }
    return all;
  }

  void names(Call call) throws ApiException, JsonException {
    var offset = offset(call);
    var all = consumers(call.stream(call.token(4)));
    var page = Page.of(all.size(), offset, Page.NAMES_MAX);
    var to = call.begin();
    page.write(to);
    to.beginArray("consumers");
    for (var consumer : page.of(all)) {
      to.add(consumer.name());
    }
    call.answer(to.endArray());
  }

  void list(Call call) throws ApiException, JsonException, IOException {
    var offset = offset(call);
    var stream = call.stream(call.token(4));
    var all = consumers(stream);
    var page = Page.of(all.size(), offset, Page.LIST_MAX);
    var to = call.begin();
    page.write(to);
    to.beginArray("consumers");
    for (var consumer : page.of(all)) {
      to.begin();
      infos.consumer(to, stream, consumer, consumer.config());
      to.end();
    }
    call.answer(to.endArray());
  }
}
