"""Open data of a month: tables of trade, which of their cells are closed, and the proof that nobody can work them
out."""
