"""From pairs and a base model to a tuned one, measured on dev questions from before the first step. Imported by workers only."""
