"""Real browsers, through Playwright: found, launched once, lent to actors, and always closed."""
