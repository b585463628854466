"""The report as one HTML file: no script, no picture, no font from elsewhere; for the screen, light and dark, and for paper."""
