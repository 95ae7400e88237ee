"""Foreign exchange of e-commerce: the dated rules for booking receipts and payments. Pure functions."""
