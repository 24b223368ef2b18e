"""Outside HTTP APIs: declared once; fake, live, recorded or replayed."""
