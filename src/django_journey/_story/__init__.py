"""Who takes part: the journey and its actors."""
