"""What the scripts of a page do, where an interpreter knows it: what listens to which event, and what then happens."""
