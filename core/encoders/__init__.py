"""Texts in, vectors out: one protocol over local models and servers, and the cache in front of them."""
