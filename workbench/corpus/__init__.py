"""The views of the Corpus page."""
