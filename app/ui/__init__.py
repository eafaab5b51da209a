"""Everything that imports Qt. Rooms: kit below models below parts below desk, wall and review."""
