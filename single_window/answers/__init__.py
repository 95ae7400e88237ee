"""Answers about cases as typed values, the same for API, command line and pages: one module for each kind of case."""
