"""Credit (信用): events of companies, the conditions of grades by regime, and the periods of a decision.

A grade follows from conditions and never from points. Everything depends on dated facts and dated values only, so that
the grade of any day is worked out again, also under another day's regime.
"""
