"""What an experiment comes to, for people who were not there: examples, findings and advice, each from the stored numbers."""
