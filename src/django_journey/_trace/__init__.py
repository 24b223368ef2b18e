"""What happened, as events: observed, masked, written to disk and read back."""
