"""htmx's own tests, recorded in Chromium: markup, acts, requests, responses and final page; replayed on ours."""
