"""Synthetic export trades: what is sold abroad, documents and notes, known faults, their days, what each came to."""
