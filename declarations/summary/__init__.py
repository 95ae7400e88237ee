"""Summary declarations (汇总申报): eligible lists, deadlines, and merging into declarations."""
