"""Stories of the accounts app: several people, many requests, one world."""
