"""What a source can do, and why not the rest."""

from app.domain.capability import Capabilities, why_not


def test_capabilities_are_a_set_of_verbs_that_gives_reasons_for_the_others() -> None:
    found = Capabilities({"acknowledge"}, {"comment": "It keeps no comments."})
    assert found == frozenset({"acknowledge"})
    assert why_not(found, "comment") == "It keeps no comments."
    assert why_not(found, "recheck") == ""
    assert why_not(frozenset({"acknowledge"}), "comment") == ""
