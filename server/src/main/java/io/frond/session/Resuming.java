package io.frond.session;

import java.util.List;

/// What a server has for links that resume: who it is to others, what it took of them, and its ways
/// out. Immutable.
public final class Resuming {
  private final String id;
  private final Intake intake;
  private final Fence fence;
  private final Fence localFence;
  private final Fence arrivals;
  private final List<Outlet> outlets;
  private final Handles handles;
  private final Late late;

  /// Short numbers for the names of sessions and of their groups.
  public interface Handles {
    int of(String name);
  }

  /// @param id by which others remember this server; the same after a restart where there is a
  ///   store
  /// @param late how messages are marked that came behind later ones
  /// @param outlets one for each thread that publishes; none where nothing is kept for far ends
  public Resuming(
      String id,
      Intake intake,
      Fence fence,
      Fence localFence,
      Fence arrivals,
      Late late,
      List<Outlet> outlets,
      Handles handles) {
    this.id = id;
    this.intake = intake;
    this.fence = fence;
    this.localFence = localFence;
    this.arrivals = arrivals;
    this.late = late;
    this.outlets = List.copyOf(outlets);
    this.handles = handles;
  }

  public String id() {
    return id;
  }

  public Intake intake() {
    return intake;
  }

  /// Of this server and those of its cluster.
  public Fence fence() {
    return fence;
  }

  /// Of this server alone.
  public Fence localFence() {
    return localFence;
  }

  /// Through it is what the other servers of the cluster have sent to this one until then.
  public Fence arrivals() {
    return arrivals;
  }

  /// How a message is marked that came behind later ones.
  public Late late() {
    return late;
  }

  /// Whether what cannot be sent now is kept.
  public boolean keeps() {
    return !outlets.isEmpty();
  }

  public List<Outlet> outlets() {
    return outlets;
  }

  public int handle(String name) {
    return handles.of(name);
  }
}
