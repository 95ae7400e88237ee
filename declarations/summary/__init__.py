"""Summary declarations (汇总申报): which closed lists may be summarised, until when, and how they merge."""
