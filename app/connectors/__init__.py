"""One file per outside system. Implements ports; imports no use case, action, Qt or SQL."""
