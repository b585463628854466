"""The overview: how good retrieval is, what changed, what it takes on the disk."""
