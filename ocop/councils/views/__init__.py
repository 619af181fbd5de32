"""Pages of councils, by what they show."""
