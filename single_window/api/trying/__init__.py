"""Trial calls, which compute something about a message and change nothing. Small ones run in the thread of the call,
large ones in a process with limited processor time and memory, which is ended when the client disconnects."""
