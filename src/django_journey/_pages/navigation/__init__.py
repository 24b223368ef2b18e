"""Navigation: loading, history, refreshes, frames, scripts that navigate, events, snapshots."""
