"""View actions: where to look and how. They change nothing but the screen; the desk binds their ids."""

from __future__ import annotations

from app.actions.action import BOARD, KNOWLEDGE, QUEUE, TICKET, Action, Situation
from app.actions.field_letters import field_letters_help

_TABLES = frozenset({BOARD, QUEUE})
_LISTS = frozenset({BOARD, QUEUE, KNOWLEDGE})


def _redoable(situation: Situation) -> str:
    return "" if situation.can_redo else "There is nothing to redo."


def _undoable(situation: Situation) -> str:
    return "" if situation.can_undo else "There is nothing to undo."


def _something_current(situation: Situation) -> str:
    return "" if situation.rows or situation.tickets or situation.article else "Nothing is selected."


def _ticket_current(situation: Situation) -> str:
    return "" if situation.tickets else "No ticket is selected."


VIEW_ACTIONS: tuple[Action, ...] = (
    Action("view.palette", "Palette", "Find any action, ticket, service or article.", "Everywhere", "Watchdesk",
           ("Ctrl+K",), "search"),
    Action("view.query", "Query field", "Type a query for the list in front.", "Everywhere", "View", ("/",), "filter",
           _LISTS),
    Action("view.keys", "Keys of this screen", "Show all keys that act here.", "Everywhere", "Help", ("?",), "key"),
    Action("view.back", "Back, clear filter", "Close what is open, or clear the filter.", "Everywhere", "", ("Esc",)),
    Action("view.next_pane", "Next pane", "Move the focus to the next pane.", "Everywhere", "View", ("F6",)),
    Action("view.previous_pane", "Previous pane", "Move the focus to the pane before.", "Everywhere", "View",
           ("Shift+F6",)),
    Action("view.undo", "Undo", "Take the last edit back.", "Everywhere", "Ticket", ("Ctrl+Z",), "undo",
           when=_undoable),
    Action("view.redo", "Redo", "Do again what was taken back last.", "Everywhere", "Ticket", ("Ctrl+Shift+Z",),
           "redo", when=_redoable),
    Action("view.hold", "Hold live updates", "Keep rows where they are until let go.", "Everywhere", "View",
           ("Alt+Space",), "pause", frozenset({BOARD})),
    Action("view.ask_now", "Ask the sources now", "Poll every source at once.", "Everywhere", "Problem", ("F5",),
           "refresh"),
    Action("view.theme", "Dark, light", "Change between dark and light.", "Everywhere", "View", ("Ctrl+Alt+D",),
           "moon"),
    Action("view.quit", "Quit", "Close the desk. Everything that says saved is on disk.", "Everywhere", "Watchdesk",
           ("Ctrl+Q",)),
    Action("go.board", "Board", "Services and problems of all sources.", "Go to", "Go", ("G, B", "Ctrl+1"), "board"),
    Action("go.queue", "Queue", "Tickets in views.", "Go to", "Go", ("G, Q", "Ctrl+2"), "queue"),
    Action("go.knowledge", "Knowledge", "Articles and runbooks.", "Go to", "Go", ("G, K", "Ctrl+3"), "knowledge"),
    Action("move.down", "Next row", "Go to the next row.", "Move and choose", "", ("J",), screens=_LISTS),
    Action("move.up", "Row before", "Go to the row before.", "Move and choose", "", ("K",), screens=_LISTS),
    Action("move.open", "Open", "Open what is selected.", "Move and choose", "", ("Return", "O"), screens=_LISTS,
           when=_something_current),
    Action("move.tick", "Tick", "Tick or untick the row.", "Move and choose", "", ("X",), screens=_TABLES,
           when=_something_current),
    Action("move.tick_down", "Tick downwards", "Tick the row and go to the next.", "Move and choose", "",
           ("Shift+J",), screens=_TABLES, when=_something_current),
    Action("move.tick_up", "Tick upwards", "Tick the row and go to the one before.", "Move and choose", "",
           ("Shift+K",), screens=_TABLES, when=_something_current),
    Action("move.tick_all", "All that match", "Tick every row of the list.", "Move and choose", "", ("Ctrl+A",),
           screens=_TABLES),
    Action("move.next_section", "Next section", "Go to the next section or view.", "Move and choose", "", ("]",),
           screens=_TABLES),
    Action("move.previous_section", "Section before", "Go to the section or view before.", "Move and choose", "",
           ("[",), screens=_TABLES),
    Action("view.detail", "Detail on, off", "Show or hide the detail pane.", "View", "View", ("Space",), "tiles",
           _TABLES),
    Action("view.services", "Left pane", "Show or hide the pane at the left.", "View", "View", ("B",), "list",
           _LISTS),
    Action("view.compact", "Compact rows", "20 px rows.", "View", "View", ("Ctrl+Alt+1",), screens=_TABLES),
    Action("view.regular", "Regular rows", "28 px rows.", "View", "View", ("Ctrl+Alt+2",), screens=_TABLES),
    Action("view.comfortable", "Comfortable rows", "44 px rows in two lines.", "View", "View", ("Ctrl+Alt+3",),
           screens=_TABLES),
    Action("chart.longer", "Longer time", "Show a longer stretch in the charts.", "Chart", "View", ("+",),
           screens=frozenset({BOARD})),
    Action("chart.shorter", "Shorter time", "Show a shorter stretch in the charts.", "Chart", "View", ("-",),
           screens=frozenset({BOARD})),
    Action("copy.number", "Number", "Copy the ticket's number.", "Copy", "Ticket", (".",), "copy",
           frozenset({QUEUE, TICKET}), when=_ticket_current),
    Action("copy.number_title", "Number and title", "Copy the ticket's number and title.", "Copy", "Ticket",
           ("., .",), "copy", frozenset({QUEUE, TICKET}), when=_ticket_current),
    Action("copy.rows", "Rows as a table", "Copy the selected rows, separated by tabs.", "Copy", "View", ("Ctrl+C",),
           "copy", _TABLES, when=_something_current),
    Action("ticket.close_tab", "Close tab", "Close the ticket in front; drafts are kept.", "Ticket", "Ticket",
           ("Ctrl+W",), "close", frozenset({TICKET})),
    Action("ticket.mode", "Public, internal", "Change who sees what is being written.", "Ticket", "Ticket", ("I",),
           "lock", frozenset({TICKET})),
    Action("ticket.note", "Write a note", "Write an internal note.", "Ticket", "Ticket", ("C",), "lock",
           frozenset({QUEUE, TICKET}), when=_ticket_current),
    Action("ticket.reply", "Reply", "Write a comment that the requester sees.", "Ticket", "Ticket", ("R",), "globe",
           frozenset({QUEUE, TICKET}), when=_ticket_current),
    Action("ticket.fields", "Edit a field", field_letters_help(), "Ticket", "Ticket", ("E",), "pencil",
           frozenset({TICKET})),
    Action("article.edit", "Edit article", "Open the plain editor, or go back to reading.", "Article", "Article",
           ("E", "Ctrl+E"), "pencil", frozenset({KNOWLEDGE}),
           when=lambda situation: "" if situation.article or situation.is_writing else "No article is open."),
    Action("article.new", "New article", "Write a new article.", "Article", "Article", ("N",), "plus",
           frozenset({KNOWLEDGE})),
    Action("article.save", "Save article", "Save the text as the next version.", "Article", "Article",
           ("Ctrl+S",), "save", frozenset({KNOWLEDGE})),
)  # fmt: skip
