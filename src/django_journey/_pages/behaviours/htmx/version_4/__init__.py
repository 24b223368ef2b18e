"""htmx 4 on one document: another engine than that of 1.9 and 2.0, with the same words."""
