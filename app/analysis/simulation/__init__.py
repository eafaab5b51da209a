"""An estate that does not exist, as a pure function of a seed and a moment: for the demo, and for measuring at scale.

It knows no clock, no randomness of the computer and no I/O: the same seed and moment give the same picture anywhere.
"""
