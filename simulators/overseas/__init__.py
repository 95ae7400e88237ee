"""Warehouses abroad in three time zones, with the troubles that real ones have: what they tell, and what is true."""
