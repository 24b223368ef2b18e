"""What keeps tracing from changing a test: the real clocks, guarded hooks, safe reads of values."""
