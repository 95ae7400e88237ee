"""What every command shares: who acts, on which window, and how lists are printed."""
