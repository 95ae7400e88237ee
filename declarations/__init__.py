"""The business rules: documents, matching, lifecycles, and the dated rules of tax, limits, returns and refunds.

Pure functions without database, broker or clock. Imports `schemas` for values and codes only.
"""

PART_OF = "cross-border-single-window"
"""The distribution, by which the command line recognises the package where another has the same name."""
