"""People: signing up, logging in, their profile and their passwords."""
