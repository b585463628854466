"""Chunks that look like an answer and are none: hard negatives by rule, each with its reason."""
