"""What a corpus looks like as a whole: lengths, defects, who is named where, and an index of its words. Taken once for each import."""
