"""The rules that a history must follow, a family in each module. They are given observations, and read nothing else."""
