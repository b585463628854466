"""The demo: a few questions, before and after, in large type, safe to put on a projector."""
