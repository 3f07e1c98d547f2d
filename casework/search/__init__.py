"""Finding cases by their words, and cases alike."""
