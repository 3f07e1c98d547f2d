"""纸面整改识别: what a rule is, what was filed, and the rules themselves, one a file in `rules/`."""
