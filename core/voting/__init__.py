"""The blind vote: which of two unlabelled result lists people prefer, and what their votes come to."""
