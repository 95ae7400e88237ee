"""Bytes to documents: opening, reading, explaining and admitting messages, and the port's first answers to them."""
