"""The help page of the query language is the one that the schemas make."""

from app.query.reference import PAGE, page


def test_the_page_is_in_step_with_the_schemas() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m app.query.reference"
