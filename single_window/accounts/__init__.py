"""Accounts of officers, their sign-in, and the rights of each role."""
