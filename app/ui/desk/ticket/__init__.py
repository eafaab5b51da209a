"""One ticket: header, fields, timeline, composer, and the edits they send."""
