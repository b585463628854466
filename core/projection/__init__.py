"""Embedding spaces as maps: exact neighbours, an aligned pair of layouts, and the measures that say how far to trust them."""
