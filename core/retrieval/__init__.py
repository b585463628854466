"""Finding chunks: BM25 over words, exact cosine over vectors, and both together; one Ranking out of each."""
