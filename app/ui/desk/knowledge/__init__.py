"""Knowledge: search, tree, reader and the plain editor of articles."""
