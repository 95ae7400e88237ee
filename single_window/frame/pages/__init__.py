"""What every page of an officer shares: the form of a decision, masked names, plots, words."""
