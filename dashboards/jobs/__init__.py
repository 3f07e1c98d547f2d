"""What the figures do at night and on request."""
