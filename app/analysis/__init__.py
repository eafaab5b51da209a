"""Numbers and text as pure functions."""
