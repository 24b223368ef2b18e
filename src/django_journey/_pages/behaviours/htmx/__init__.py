"""htmx on the parsed page: its attributes, requests and swaps, as its script carries them out in Chromium."""
