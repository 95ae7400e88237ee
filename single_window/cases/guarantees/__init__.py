"""Guarantees: what was lodged and what bills take of it; changing an amount is a decision."""
