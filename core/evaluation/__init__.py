"""What a ranking is worth: metrics, the topic rubric, and whether a difference between two systems is more than chance."""
