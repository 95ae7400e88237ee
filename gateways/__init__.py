"""The agencies, one stub each. A gateway handles a batch at its desk, works on its repository, and answers.

Imports `declarations` and `schemas`; has no access to database or broker.
"""
