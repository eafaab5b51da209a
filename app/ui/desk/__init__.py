"""The analyst's window: frame, pages, and how actions reach them."""
