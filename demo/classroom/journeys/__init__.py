"""Stories of the classroom app: several people, many requests, one world."""
