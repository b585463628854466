"""The Vote page: draw up a ballot, vote blind, see what the votes come to."""
