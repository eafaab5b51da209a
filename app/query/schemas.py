"""The three schemas: tickets, health, articles. Nothing but data."""

from __future__ import annotations

from app.query.schema import Field, FieldType, Flag, Schema
from app.query.tree import Sort

_TEXT, _PROSE, _ENUM, _INT = FieldType.TEXT, FieldType.PROSE, FieldType.ENUM, FieldType.INT
_TIME, _AGE, _FLAG, _LIST = FieldType.TIME, FieldType.AGE, FieldType.FLAG, FieldType.LIST

TICKETS = Schema(
    "tickets",
    fields=(
        Field("number", _TEXT, "Ticket number, such as INC-48213", aliases=("no",), natural=True),
        Field("title", _PROSE, "Words of the title"),
        Field("status", _ENUM, "Where the work stands", values=("new", "open", "pending", "resolved", "closed")),
        Field("source_status", _TEXT, "The status in the words of the system it came from"),
        Field(
            "pending_reason", _TEXT, "What it waits for", aliases=("pending", "waiting"),
            values=("user", "vendor", "change", "problem", "evidence", "other"),
        ),
        Field("kind", _ENUM, "Kind of ticket", values=("incident", "request", "problem", "change")),
        Field("priority", _INT, "1 is worst", aliases=("p", "prio"), values=("1", "2", "3", "4", "5")),
        Field("impact", _INT, "1 is widest", values=("1", "2", "3")),
        Field("urgency", _INT, "1 is most urgent", values=("1", "2", "3")),
        Field("major", _FLAG, "Major incident"),
        Field("category", _TEXT, "Category", aliases=("cat",)),
        Field("service", _TEXT, "Business service", aliases=("s",)),
        Field("environment", _TEXT, "Production, UAT, test", aliases=("env",)),
        Field(
            "channel", _TEXT, "How it came in",
            values=("monitoring", "mail", "phone", "chat", "self service", "remote", "other"),
        ),
        Field("team", _TEXT, "Team that owns it", aliases=("t",)),
        Field("assignee", _TEXT, "Who works on it; @me is you", aliases=("owner",), values=("@me",)),
        Field("requester", _TEXT, "Who asked; @me is you"),
        Field("source", _TEXT, "System it came from"),
        Field("remote_id", _TEXT, "Its id in that system", aliases=("remote",)),
        Field("tags", _LIST, "Tags", aliases=("tag",)),
        Field("created", _TIME, "When it was opened", attribute="created_at", aliases=("opened",)),
        Field("updated", _TIME, "When it last changed", attribute="updated_at"),
        Field("resolved", _TIME, "When it was resolved", attribute="resolved_at"),
        Field("closed", _TIME, "When it was closed", attribute="closed_at"),
        Field(
            "due", _TIME, "When its resolution is due", attribute="due_at", aliases=("breach",), ahead=True,
            behind=("status", ("pending", "resolved", "closed")),
        ),
        Field("age", _AGE, "Time since it was opened", attribute="created_at"),
        Field("reopen_count", _INT, "How often it was reopened", aliases=("reopens",)),
        Field("reassignment_count", _INT, "How often it changed hands", aliases=("reassignments",)),
        Field("sla_made", _FLAG, "Whether its resolution was in time", aliases=("sla",)),
        Field("id", _TEXT, "Its id here"),
    ),
    flags=(
        Flag("open", "Somebody still has to do something", "status:new,open,pending"),
        Flag("new", "Not taken up yet", "status:new"),
        Flag("pending", "Waiting for something", "status:pending"),
        Flag("resolved", "Resolved, not closed yet", "status:resolved"),
        Flag("closed", "Closed", "status:closed"),
        Flag("major", "Major incident", attribute="major"),
        Flag(
            "breached", "Past its due time with the clock running; while it waits (pending) the clock stands still",
            # Spelled by is:open, whose indexes serve it.
            "is:open -is:pending due:<now", aliases=("overdue",),
        ),
        Flag("unassigned", "Nobody works on it", "assignee:none"),
        Flag("mine", "Assigned to you", "assignee:@me"),
        Flag("reopened", "Reopened at least once", "reopen_count:>0"),
    ),
    text_fields=("number", "title", "service", "category", "requester", "tags"),
    default_sort=(Sort("updated", descending=True),),
)  # fmt: skip

HEALTH = Schema(
    "health",
    fields=(
        Field("source", _TEXT, "System that tells it", aliases=("src",)),
        Field("host", _TEXT, "Host", aliases=("h",)),
        Field("service", _TEXT, "Service (a check on a host)", attribute="name", aliases=("s",)),
        Field("kind", _ENUM, "Host or service", values=("host", "service")),
        Field(
            "state", _ENUM, "State, worst first",
            values=("down", "critical", "unreachable", "unknown", "warning", "pending", "ok", "up"),
        ),
        Field("output", _PROSE, "Words of the check's output", aliases=("o",)),
        Field("group", _LIST, "Host or service group", attribute="groups", aliases=("g",)),
        Field("environment", _TEXT, "Production, UAT, test", aliases=("env",)),
        Field("attempt", _INT, "Check attempt"),
        Field("since", _TIME, "When this state began", attribute="since_at"),
        Field("age", _AGE, "Time in this state", attribute="since_at", aliases=("for",)),
        Field("checked", _TIME, "When it was last checked", attribute="last_check_at"),
        Field("business", _LIST, "Business service it belongs to", aliases=("bs",)),
        Field("id", _TEXT, "Its id here"),
    ),
    flags=(
        Flag("problem", "Not OK", "state:down,critical,unreachable,unknown,warning"),
        Flag("unhandled", "A problem nobody has taken", "is:problem -is:acknowledged,downtime,suppressed"),
        Flag("handled", "A problem somebody has taken", "is:problem is:acknowledged,downtime,suppressed"),
        Flag("acknowledged", "Acknowledged", attribute="acknowledged", aliases=("ack",)),
        Flag("downtime", "In a planned downtime", attribute="in_downtime"),
        Flag("suppressed", "Silent because of what it depends on", attribute="suppressed"),
        Flag("flapping", "Changes state too often", attribute="flapping"),
        Flag("stale", "Its data are too old to trust", attribute="stale"),
        Flag("hard", "Confirmed by repeated checks", attribute="hard"),
        Flag("soft", "Not confirmed yet", "-is:hard"),
        Flag("host", "A host", "kind:host"),
        Flag("service", "A service", "kind:service"),
    ),
    text_fields=("service", "host", "output", "source"),
    default_sort=(Sort("state"), Sort("age")),
)  # fmt: skip

ARTICLES = Schema(
    "articles",
    fields=(
        Field("title", _PROSE, "Words of the title"),
        Field("path", _TEXT, "Place in the tree, such as runbooks/*"),
        Field("tags", _LIST, "Tags", aliases=("tag",)),
        Field("text", _PROSE, "Words of the article", attribute="body"),
        Field("owner", _TEXT, "Who looks after it; @me is you", values=("@me",)),
        Field("updated", _TIME, "When it last changed", attribute="updated_at"),
        Field("created", _TIME, "When it was written", attribute="created_at"),
        Field("reviewed", _TIME, "When it was last reviewed", attribute="reviewed_at"),
        Field("review", _TIME, "When its next review is due", attribute="next_review_at", ahead=True),
        Field("source", _TEXT, "System it came from"),
        Field("id", _TEXT, "Its id here"),
    ),
    flags=(
        Flag("draft", "Not finished: it carries the tag draft", "tags:draft"),
        Flag("overdue", "Its review is overdue", "review:<now"),
        Flag("mine", "You look after it", "owner:@me"),
    ),
    text_fields=("title", "path", "tags", "text"),
    default_sort=(Sort("title"), Sort("path")),
)
SCHEMAS = {schema.name: schema for schema in (TICKETS, HEALTH, ARTICLES)}
