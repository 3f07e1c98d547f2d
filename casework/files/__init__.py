"""Files of a case: taking them in, looking into them, keeping them."""
