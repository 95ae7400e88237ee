"""The batch desk of customs: lists that are declared, sampled, inspected and released together."""
