"""What a reader sees: boxes, visibility, text as rendered, focus."""
