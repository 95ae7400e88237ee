"""`single-window recording`: replaces personal data in recordings by invented data, and checks the result."""
