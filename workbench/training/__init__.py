"""The Train page in parts: starting a run, its curves, what it was made with, other runs beside it, its name."""
