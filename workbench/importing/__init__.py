"""Bringing a corpus in: where it lies, which columns mean what, what would change, and what was wrong with it."""
