"""What decisions are worth: which pairs to look at first, how far auditors agree, what a sample says of the rest, decisions as files."""
