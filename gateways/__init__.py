"""Who answers: one stub per agency. Each handles a batch at its desk, works on its repository, and answers.

Imports `declarations` and `schemas`; knows neither database nor broker.
"""
