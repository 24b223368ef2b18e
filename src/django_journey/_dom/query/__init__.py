"""Finding elements as Playwright does, and explaining why nothing was found."""
