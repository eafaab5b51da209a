"""One row of the board explained: what was read of it, and how that is said and drawn. No widgets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.base.clock import Moment, to_datetime
from app.base.text import age, one_line, tr
from app.domain.health import HOST, STALE, Downtime, HealthRow, Remark
from app.domain.history import Series, StateChange
from app.ui.kit.theme import current
from app.ui.parts.chart_line import Line
from app.ui.parts.event_lanes import Lane, Span


@dataclass(frozen=True, slots=True)
class RowStory:
    """Everything the pane shows of one row, read in one go. ``business``: (state word, name, sentence).

    ``heard_at``: when its source last gave a complete answer; what came after is not known.
    """

    row: HealthRow
    is_stale: bool
    since_at: Moment
    until_at: Moment
    series: Sequence[Series] = ()
    changes: Sequence[StateChange] = ()
    remarks: Sequence[Remark] = ()
    downtimes: Sequence[Downtime] = ()
    business: Sequence[tuple[str, str, str]] = field(default_factory=tuple)
    heard: str = ""
    heard_at: Moment | None = None


def state_sentence(row: HealthRow, is_stale: bool, now_at: Moment) -> tuple[str, str]:
    """“Critical for 12 min”, then “, hard 3/3, not acknowledged.”"""
    word = current().state(row.state).word
    since = age(now_at, row.since_at)
    if is_stale:
        return tr("Stale"), tr(", was {word} when last heard. What it is now is not known.", word=_amid(word))
    lead = tr("{word} for {age}", word=word, age=since) if since else word
    kind = tr("hard") if row.hard else tr("soft")
    parts = [f"{kind} {row.attempt}/{row.max_attempts}"]
    marks = (
        (row.acknowledged, tr("acknowledged")),
        (row.in_downtime, tr("in downtime")),
        (row.flapping, tr("flapping")),
        (row.suppressed, tr("suppressed by what it depends on")),
    )
    given = [text for is_set, text in marks if is_set]
    if row.is_problem and not row.is_handled:
        given.append(tr("not acknowledged"))
    return lead, ", " + ", ".join(parts + given) + "."


def where_of(row: HealthRow) -> str:
    """Host and groups, the host only where the title is not the host already."""
    host = "" if row.kind == HOST else one_line(row.host)
    return " · ".join(filter(None, [host, *map(one_line, row.groups[:3])])) or tr("host")


def lines_of(series: Sequence[Series]) -> list[Line]:
    """Chart lines of stored series; none when not one of them has a sample in the window."""
    if not any(each.values for each in series):
        return []
    return [Line(one_line(e.label), one_line(e.unit), e.at, e.values, e.warn, e.crit) for e in series]


def span_text(since_at: Moment, until_at: Moment) -> str:
    """From when to when a chart reaches; with the day where it is not the same one."""
    start, end = (to_datetime(at).astimezone() for at in (since_at, until_at))
    form = "%H:%M" if start.date() == end.date() else "%d %b %H:%M"
    return tr("{start} to {end}", start=start.strftime(form), end=end.strftime(form))


def no_samples_text(series: Sequence[Series]) -> str:
    """Why there is no curve; empty when there is one."""
    if any(each.values for each in series):
        return ""
    if series:
        return tr("No samples in this stretch of time. A longer one may hold some.")
    return tr("No samples are stored for this row.")


def lanes_of(story: RowStory) -> list[Lane]:
    """State, remarks and downtimes as lanes; those with nothing in them are left out, but for the state."""
    acks = _marks(story, "acknowledgement")
    notes = _marks(story, "comment")
    downs = tuple(
        Span(max(each.start_at, story.since_at), min(each.end_at, story.until_at), "", one_line(each.text))
        for each in story.downtimes
        if each.end_at > story.since_at and each.start_at < story.until_at
    )
    lanes = [Lane(tr("State"), _states(story))]
    named = ((tr("Acks"), acks), (tr("Comments"), notes), (tr("Downtime"), downs))
    return lanes + [Lane(name, spans) for name, spans in named if spans]


def _states(story: RowStory) -> tuple[Span, ...]:
    """The stretch without a gap: what was before the first known state, and after the last word, is not known."""
    known_at = _known_until(story)
    ends = [*(change.at for change in story.changes[1:]), known_at]
    spans = [
        Span(max(change.at, story.since_at), min(end_at, known_at), change.state, current().state(change.state).word)
        for change, end_at in zip(story.changes, ends, strict=False)
        if max(change.at, story.since_at) < min(end_at, known_at)
    ]
    first_at = spans[0].start_at if spans else known_at
    if first_at > story.since_at:
        spans.insert(0, Span(story.since_at, first_at, STALE, tr("not known")))
    if known_at < story.until_at:
        spans.append(Span(known_at, story.until_at, STALE, tr("not known")))
    return tuple(spans)


def _known_until(story: RowStory) -> Moment:
    if not story.is_stale:
        return story.until_at
    if story.heard_at is None:
        return story.since_at
    ends = [at for at in (story.heard_at, story.row.expected_by_at, story.until_at) if at is not None]
    return max(story.since_at, min(ends))


def _amid(word: str) -> str:
    """A state's word in the middle of a sentence."""
    return word if word.isupper() else word.lower()


def _marks(story: RowStory, kind: str) -> tuple[Span, ...]:
    found = [each for each in story.remarks if each.kind == kind and story.since_at <= each.at <= story.until_at]
    return tuple(Span(each.at, each.at, "", one_line(each.author)) for each in found)
