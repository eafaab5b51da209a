"""Shared widgets that know no screen: filter bar, badges, banners, charts, timeline, overlays."""
