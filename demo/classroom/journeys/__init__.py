"""Stories of the classroom app: several people and many requests."""
