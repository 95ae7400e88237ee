"""Receipts as rows and as XML, the tolerances of participants that differ from the standard, and pushing them."""
