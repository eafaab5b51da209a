"""The palette holds its promises: states apart for every eye, text readable on each of its grounds."""

from __future__ import annotations

from itertools import combinations

import pytest

from app.ui.kit.tokens import MODES, colours
from tests.ui.kit.colour import VISION, contrast, distance, lab, seen

STATES = ("ok", "info", "warning", "critical", "unknown", "maintenance", "stale")
SURFACES = ("bg.app", "bg.panel", "bg.raised", "bg.overlay", "bg.hover", "bg.input")
LEAST_DISTANCE = 20.0
LEAST_CONTRAST = 4.5

# Sharma, Wu and Dalal 2005, table 1: pairs 1, 4, 7, 10, 15, 17, 20, 24, 25, 30, 33, 34.
SHARMA = (
    ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
    ((50.0, -1.3802, -84.2814), (50.0, 0.0, -82.7485), 1.0000),
    ((50.0, 0.0, 0.0), (50.0, -1.0, 2.0), 2.3669),
    ((50.0, 2.49, -0.001), (50.0, -2.49, 0.0010), 7.1792),
    ((50.0, -0.001, 2.49), (50.0, 0.0011, -2.49), 4.7461),
    ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
    ((50.0, 2.5, 0.0), (58.0, 24.0, 15.0), 19.4535),
    ((50.0, 2.5, 0.0), (50.0, 0.3277, 0.0), None),
    ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
    ((35.0831, -44.1164, 3.7933), (35.0232, -40.0716, 1.5901), 1.8645),
    ((6.7747, -0.2908, -2.4247), (5.8714, -0.0985, -2.2286), 0.6377),
    ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
)


@pytest.mark.parametrize(("one", "other", "expected"), [pair for pair in SHARMA if pair[2] is not None])
def test_distance_agrees_with_the_published_pairs(one, other, expected):
    assert distance(one, other) == pytest.approx(expected, abs=5e-5)
    assert distance(other, one) == pytest.approx(expected, abs=5e-5)


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("mode", MODES)
def test_states_stay_apart_for_every_eye(mode, vision):
    fills = {state: lab(seen(colours(mode)[f"state.{state}.fill"], vision)) for state in STATES}
    distances = {pair: distance(fills[pair[0]], fills[pair[1]]) for pair in combinations(STATES, 2)}
    nearest = min(distances, key=lambda pair: distances[pair])
    assert distances[nearest] >= LEAST_DISTANCE, f"{nearest} are {distances[nearest]:.1f} apart"


def text_pairs(mode: str) -> list[tuple[str, str]]:
    """(text role, ground role) as they meet on screens."""
    pairs = [(f"fg.{tone}", ground) for tone in ("default", "secondary", "muted", "link") for ground in SURFACES]
    pairs += [("fg.default", "bg.selected_inactive"), ("fg.muted", "bg.selected_inactive")]
    pairs += [("fg.on_selected", "bg.selected"), ("fg.muted_on_selected", "bg.selected")]
    pairs += [("accent.on_fill", f"accent.{fill}") for fill in ("fill", "fill_hover", "fill_pressed")]
    pairs += [("accent.text", "bg.input"), ("accent.text", "bg.panel"), ("chart.axis_text", "bg.panel")]
    pairs += [(f"note.{kind}_text", ground) for kind in ("internal", "public") for ground in ("bg.panel",)]
    pairs += [("fg.default", f"note.{kind}_bg") for kind in ("internal", "public")]
    pairs += [(f"diff.{side}_text", f"diff.{side}_bg") for side in ("added", "removed")]
    for state in STATES:
        pairs.append((f"state.{state}.on_fill", f"state.{state}.fill"))
        pairs += [(f"state.{state}.text", g) for g in ("bg.panel", "bg.selected", f"state.{state}.tint")]
        pairs.append(("fg.default", f"state.{state}.tint"))
    return pairs


@pytest.mark.parametrize("mode", MODES)
def test_text_is_readable_on_its_grounds(mode):
    known = colours(mode)
    ratios = {pair: contrast(known[pair[0]], known[pair[1]]) for pair in text_pairs(mode)}
    too_low = {pair: round(ratio, 2) for pair, ratio in ratios.items() if ratio < LEAST_CONTRAST}
    assert not too_low


@pytest.mark.parametrize("mode", MODES)
def test_outlines_that_carry_meaning_are_seen(mode):
    known = colours(mode)
    lines = [f"state.{state}.outline" for state in STATES] + ["line.control", "accent.focus"]
    assert not {role for role in lines if contrast(known[role], known["bg.panel"]) < 2.95}
