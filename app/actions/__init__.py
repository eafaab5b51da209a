"""What a person can do, declared as data. Menus, keys, palette, shortcut sheet and tests derive from it. No Qt."""
