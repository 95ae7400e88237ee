"""The base of the console's pages: decision forms, masked identity numbers, plots, texts."""
