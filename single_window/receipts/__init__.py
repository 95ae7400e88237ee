"""Receipts as rows and as XML, who wants them otherwise than the standard, and pushing them."""
