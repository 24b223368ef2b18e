"""Whom and what a walk needs: its people, its rows, and the addresses to begin with."""
