"""The migrated test database, kept for the next run."""
