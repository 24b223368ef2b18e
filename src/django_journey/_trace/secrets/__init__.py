"""What is masked before it is written: by name, by shape, by value."""
