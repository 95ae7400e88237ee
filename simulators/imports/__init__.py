"""Synthetic import trades: what is bought, its four documents, known faults, a day of them and what each came to."""
