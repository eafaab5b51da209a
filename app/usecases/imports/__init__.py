"""Bringing in what other systems exported: incident logs, tickets as CSV, folders of articles.

A file that cannot be read to its end is refused as a whole; a row that is wrong by itself is set aside with its
reason and the rest is taken. Everything of one import is one transaction: all of it is kept, or none.
"""
