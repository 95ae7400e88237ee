"""Batches (批次) of lists declared, inspected and released together: opening, drawing samples, decision."""
