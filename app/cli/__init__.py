"""The command line: the same use cases without a window. One file per group of commands.

Exit codes: 0 done; 1 failed (one line on stderr: what, why, what to do); 2 usage; 3 partly done (the answer lists
what failed); 4 integrity check failed. ``--json`` prints one JSON document on stdout; messages go to stderr.
"""
