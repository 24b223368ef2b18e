"""What htmx 1.9 does otherwise than 2.0, where it takes more than a line."""
