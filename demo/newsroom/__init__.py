"""Articles: drafted by authors, published by editors, discussed by readers."""
