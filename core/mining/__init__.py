"""Chunks that look like an answer and are none: hard negatives by rule and by rank, each with its reason, and what was refused."""
