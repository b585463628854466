"""The audit desk: pairs judged by hand, one key a decision."""
