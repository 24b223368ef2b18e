"""Stories of the newsroom app: several people, many requests, one world."""
