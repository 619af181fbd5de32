"""Pages of decisions and of certificates."""
