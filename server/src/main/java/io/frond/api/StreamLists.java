package io.frond.api;

import io.frond.json.JsonException;
import io.frond.stream.ApiException;
import io.frond.subject.Subjects;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Lists of an account's streams. On the shard's thread.
final class StreamLists {
  private final Infos infos;

  StreamLists(Api api) {
    infos = api.infos();
  }

  /// What a list request asks for.
  private record Wanted(long offset, String subject) {}

  private static Wanted wanted(Call call, String type) throws JsonException {
    if (!call.isJson()) {
      return new Wanted(0, "");
    }
    var request = call.fields(type);
    var wanted = new Wanted(Page.offset(request), request.text("subject"));
    call.checkUnknown(request);
    return wanted;
  }

  private static List<ApiStream> matching(Call call, Wanted wanted) throws ApiException {
    var all = call.account().streams().values();
    if (wanted.subject.isEmpty()) {
      return new ArrayList<>(all);
    }
    var found = new ArrayList<ApiStream>();
    for (var stream : all) {
      for (var subject : stream.stream().config().subjects()) {
        if (Subjects.collide(wanted.subject, subject)) {
          found.add(stream);
          break;
        }
      }
    }
    return found;
  }

  void names(Call call) throws ApiException, JsonException {
    var wanted = wanted(call, "JSApiStreamNamesRequest");
    var streams = matching(call, wanted);
    var page = Page.of(streams.size(), wanted.offset, Page.NAMES_MAX);
    var to = call.begin();
    page.write(to);
    var found = page.of(streams);
    if (found.isEmpty()) { // as nats-server: the Ruby client takes it for that there is none
      call.answer(to.putNull("streams"));
      return;
    }
    to.beginArray("streams");
    for (var stream : found) {
      to.add(stream.stream().config().name());
    }
    call.answer(to.endArray());
  }

  void list(Call call) throws ApiException, JsonException, IOException {
    var wanted = wanted(call, "JSApiStreamListRequest");
    var streams = matching(call, wanted);
    var page = Page.of(streams.size(), wanted.offset, Page.LIST_MAX);
    var to = call.begin();
    page.write(to);
    to.beginArray("streams");
    for (var stream : page.of(streams)) {
      to.begin();
      infos.stream(to, stream, Infos.Wanted.LISTED);
      to.end();
    }
    call.answer(to.endArray());
  }
}
