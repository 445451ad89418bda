package io.frond.server;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class TrainingTest {
  /// Otherwise the AOT cache would lack what did not work, and only the start's time would tell.
  @Test
  void everyExerciseOfTheTrainingWorks() throws Exception {
    assertEquals(List.of(), Training.run());
  }
}
