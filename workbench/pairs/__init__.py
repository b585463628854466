"""The views of the Pairs page beside the audit: generate, summary, browse."""
