"""The frame of commands: who acts, on which window, and how lists are printed."""
