"""How a figure is declared, found, counted and made a table."""
