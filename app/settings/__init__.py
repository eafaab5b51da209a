"""Every setting of this workstation, declared once: type, bounds, unit, help. Kept in ``config.toml``.

Secrets are not settings. Team configuration (sources, views, rules) is not here either: it is in ``work.db``.
"""
