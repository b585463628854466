"""The Compare page: systems side by side on one query, and judging what they found."""
