"""The rules of 纸面整改, found at start: each file declares one RULE of its own name."""
