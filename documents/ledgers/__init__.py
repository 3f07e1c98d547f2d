"""One file a ledger; each holds LEDGER (documents.ledger.Ledger). Found at start."""
