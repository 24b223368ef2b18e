"""Bootstrap 3, 4 and 5: what its data attributes do, as the end of each transition leaves it."""
