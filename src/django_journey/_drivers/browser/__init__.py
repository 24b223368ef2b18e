"""Real browsers, through Playwright: found, launched once, their pages pooled, and always closed."""
