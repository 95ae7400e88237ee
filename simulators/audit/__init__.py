"""What an outsider saw of a window, kept, compared with a reference and told: nothing lost, doubled or wrong."""
