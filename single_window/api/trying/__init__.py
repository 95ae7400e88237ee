"""Calls that try a message and change nothing: small ones are computed where they are called, large ones in a process
with limits of processor time and memory, which is ended when the client leaves."""
