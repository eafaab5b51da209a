"""What the program can do: plain calls on ports. Each returns a value and what it ``Touched``."""
