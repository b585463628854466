"""The Evaluate page: what an evaluated run found, with proof, down to the single question."""
