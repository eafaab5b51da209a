"""Qt plumbing that knows no screen: theme, glyphs, icons, text widgets, tables, the bridge."""
