"""The frame of officers' pages: the form of a decision, masked names, plots, words."""
