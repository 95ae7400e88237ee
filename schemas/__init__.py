"""The messages: schemas, catalogue, code tables, reading, validating, writing, envelope, identifiers.

Has no rules, no database, no clock. Imports nothing of the other packages.
"""
