"""Stories of the accounts app: several people and many requests."""
