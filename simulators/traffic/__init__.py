"""Traffic as a profile describes it: a period of days from one seed, made block by block, to files, to HTTP or
played in a window."""
