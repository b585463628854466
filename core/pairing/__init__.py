"""Who is asked what for which purpose, and which chunk answers: splits, positives with reasons, query synthesis, export."""
