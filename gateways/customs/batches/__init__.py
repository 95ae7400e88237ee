"""The batch desk of customs: lists that are declared, drawn, inspected and released together. See `desk`."""
