"""The panel beside a ticket: articles that share words with it, and its attachments."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.base.events import CancelToken
from app.domain.article import Article
from app.ui.desk.ticket.files import size_text
from app.ui.desk.ticket.suggestion import suggest
from app.ui.desk.ticket.view import TicketView
from app.usecases.ticket import attach_file
from tests.ui.desk.desk_fixture import Desk


def add_article(desk: Desk, title: str, body: str) -> str:
    article = Article(id=desk.ids.new(), path=f"runbooks/{title}", title=title, body=body)
    with desk.store.write() as unit:
        unit.put_article(article, by="A. Kaya")
    return article.id


def opened(desk: Desk, qtbot: QtBot, ticket_id: str) -> TicketView:
    view = TicketView(desk.context, desk.dispatcher, ticket_id)
    desk.mount(view)
    qtbot.waitExposed(desk.window)
    qtbot.waitUntil(lambda: view.ticket is not None)
    return view


def test_articles_with_most_of_the_words_come_first(desk: Desk) -> None:
    add_article(desk, "Card payments", "Nothing else.")
    add_article(desk, "Checkout", "Card payments refused at the checkout: roll back.")
    add_article(desk, "Printers", "Paper.")
    found = suggest(desk.store, CancelToken(), desk.ticket())
    assert [(each.title, each.share) for each in found] == [("Checkout", "4 of 4"), ("Card payments", "2 of 4")]
    assert found[0].reason == "same words: card, payments, refused, checkout"


def test_an_article_is_read_beside_the_ticket(desk: Desk, qtbot: QtBot) -> None:
    id_ = add_article(desk, "Checkout", "# Roll back\n\nCard payments refused.")
    view = opened(desk, qtbot, desk.ticket().id)
    qtbot.waitUntil(lambda: view.side.articles.head.accessibleName() == "Suggested articles 1 words")
    view.side.article_asked.emit(id_)
    qtbot.waitUntil(lambda: view.side.is_reading)
    assert "Card payments refused." in view.side.reading
    view.handlers()["view.back"]()
    assert not view.side.is_reading


def test_an_attachment_is_listed_with_its_size(desk: Desk, qtbot: QtBot, tmp_path: Path) -> None:
    ticket = desk.ticket()
    view = opened(desk, qtbot, ticket.id)
    assert view.side.files.head.accessibleName() == "Attachments 0"
    log = tmp_path / "gateway.log"
    log.write_bytes(b"x" * 1500)
    saved = attach_file(desk.someone, ticket.id, log)
    view.refresh(saved.touched)
    qtbot.waitUntil(lambda: view.side.files.head.accessibleName() == "Attachments 1 1.5 kB")


SIZES = [(0, "0 B"), (999, "999 B"), (1_500, "1.5 kB"), (1_234_567, "1.2 MB"), (3_000_000_000, "3.0 GB")]


@pytest.mark.parametrize(("size", "text"), SIZES)
def test_sizes_are_told_in_decimal_units(size: int, text: str) -> None:
    assert size_text(size) == text


def test_the_panel_folds_behind_a_button_when_narrow(desk: Desk, qtbot: QtBot) -> None:
    desk.window.resize(1318, 680)
    view = opened(desk, qtbot, desk.ticket().id)
    assert view.side.isHidden()
    assert view.head.side.isVisible()
    qtbot.mouseClick(view.head.side, Qt.MouseButton.LeftButton)
    assert view.side.isVisible()
    desk.window.resize(1856, 992)
    qtbot.waitUntil(lambda: not view.head.side.isVisible())
    assert view.side.isVisible()
