"""Stories of the newsroom app: several people and many requests."""
