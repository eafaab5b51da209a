"""Pure values and rules of the field. No Qt, SQL, I/O or clock: the moment is handed in."""
