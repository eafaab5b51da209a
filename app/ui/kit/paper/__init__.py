"""Documents on paper, drawn without a screen: pages (``sheet``), texts (``block``), and a report made of both.

Plain text alone: nothing that is drawn is ever read as markup.
"""
