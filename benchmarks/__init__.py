"""One file for each question that is measured; see the README."""
