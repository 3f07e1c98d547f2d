"""Pages that serve every kind of case."""
