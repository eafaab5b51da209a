"""A desk's write lane without its window: edits a profile through the use cases and says what was saved.

``python -m tests.campaign.editor PROFILE SEED`` prints ``saved TICKET FIELD VALUE`` after each commit, until killed.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

from app.base.clock import SystemClock
from app.base.ids import Ids
from app.base.paths import Profile
from app.storage.store import open_store
from app.usecases.draft import keep_draft
from app.usecases.ticket import comment_ticket, edit_ticket, new_ticket
from app.usecases.work import Work


def main(folder: str, seed: str) -> None:
    """Edit for ever."""
    clock = SystemClock()
    chance = random.Random(seed)
    work = Work(open_store(Profile(Path(folder)), clock), clock, Ids(clock), "campaign")
    tickets = [new_ticket(work, {"title": f"Ticket {n} of {seed}"}).ticket.id for n in range(3)]
    step = 0
    while True:
        step += 1
        ticket = chance.choice(tickets)
        value = f"{seed}-{step}"
        kind = chance.choice(("title", "team", "comment", "draft"))
        if kind == "comment":
            comment_ticket(work, ticket, value)
        elif kind == "draft":
            keep_draft(work, f"ticket:{ticket}:note", value)
        else:
            edit_ticket(work, ticket, {kind: value})
        print("saved", ticket, kind, value, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
