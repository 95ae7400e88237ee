"""Messages: schemas, catalogue, code tables, reading, validating, writing, envelope, identifiers, signatures.

Without business rules, database or clock. Imports nothing from the other packages.
"""
