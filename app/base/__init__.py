"""Ground floor: errors, clock, ids, events, log, paths, text, lanes. Standard library only."""
