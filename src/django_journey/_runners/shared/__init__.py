"""What all runners share."""
