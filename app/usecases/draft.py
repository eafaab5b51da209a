"""Drafts: what is being typed, kept while it is typed. Write lane."""

from __future__ import annotations

from app.domain.draft import Draft
from app.usecases.work import Work


def keep_draft(work: Work, key: str, text: str, *, mode: str = "internal") -> Draft:
    """Keep the text; an empty one forgets the draft. The draft's ``at`` is the moment it was on disk."""
    draft = Draft(key=key, text=text, at=work.clock.now(), mode=mode)
    with work.store.write() as unit:
        if text.strip():
            unit.put_draft(draft)
        else:
            unit.drop_draft(key)
    return draft
