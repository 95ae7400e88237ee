"""What can be said: message schemas, catalogue, code tables, reading, validating, writing, envelope, identifiers.

Knows no rule, no database, no clock. Imports nothing of the other packages.
"""
