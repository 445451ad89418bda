package io.frond.store;

class MemoryStoreTest extends MessageStoreContract {
  @Override
  MessageStore create() {
    return new MemoryStore();
  }

  @Override
  MessageStore reopen(MessageStore store) {
    return store;
  }
}
