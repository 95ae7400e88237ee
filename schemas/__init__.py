"""Messages: schemas, catalogue, code tables, reading, validating, writing, envelope, identifiers, signatures.

Without business rules, database or clock. Imports nothing from the other packages.
"""

PART_OF = "cross-border-single-window"
"""The distribution, by which the command line recognises the package where another has the same name."""
