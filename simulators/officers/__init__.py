"""Officers that a program plays: they take cases from the queue and decide them by what the cases say."""
