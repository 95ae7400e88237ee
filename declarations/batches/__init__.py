"""Batches (批次): lists declared, inspected and released together. Opening a batch, drawing its samples, and what
follows."""
