"""Who answers: one stub per agency. Each hears a batch, works on the memory it is given, and answers.

Imports `declarations` and `schemas`; knows neither database nor broker.
"""
