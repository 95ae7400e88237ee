"""Dated rules of the registration of companies, their credit grades and the filing of their goods."""
