"""Explores a site as its users: finds server errors, dead ends and open doors, each with a story that shows it."""
