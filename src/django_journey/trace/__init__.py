"""What happened: events, and how they are written."""
