"""Batches (批次): lists declared, inspected and released together. What opens one, who is drawn, what follows."""
