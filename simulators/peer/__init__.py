"""Verifies another window, or a team's own stub of one, by messages whose receipts are known beforehand."""
