"""The rules of what may happen: documents, matching, lifecycle, and the dated rules of tax, limits and returns.

Pure: no database, no broker, no clock of its own. Imports `schemas` for values and codes only.
"""
