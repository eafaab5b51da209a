"""Item models over read models. No widgets, no store: rows are handed in."""
