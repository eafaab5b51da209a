"""The bridge: results arrive on the GUI thread in order, the dead get nothing, touches come once per turn."""

from __future__ import annotations

import logging
import threading

import shiboken6
from PySide6.QtCore import QObject, Signal

from app.base.events import Touched
from app.base.lanes import CPU, Lanes
from app.ui.kit.bridge import Bridge, is_alive, on_gui_thread


class Receiver(QObject):
    """Keeps what it was given, and on which thread."""

    got = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.values: list[object] = []
        self.threads: set[int] = set()

    def take(self, value: object = None) -> None:
        self.values.append(value)
        self.threads.add(threading.get_ident())
        self.got.emit()


def test_results_of_a_lane_arrive_on_the_gui_thread(qtbot):
    bridge, receiver = Bridge(), Receiver()
    lanes = Lanes(bridge.deliver)
    for number in range(20):
        lanes.run(CPU, lambda token, number=number: number, done=receiver.take)
    qtbot.waitUntil(lambda: len(receiver.values) == 20)
    assert receiver.values == list(range(20))
    assert receiver.threads == {threading.get_ident()}
    assert lanes.close()


def test_a_dead_owner_gets_nothing(qtbot):
    bridge, receiver, other = Bridge(), Receiver(), Receiver()
    lanes = Lanes(bridge.deliver)
    started = threading.Event()
    lanes.run(CPU, lambda token: started.wait(5), done=receiver.take)
    lanes.run(CPU, lambda token: "after", done=other.take)
    shiboken6.delete(receiver)
    started.set()
    qtbot.waitUntil(lambda: other.values == ["after"])
    assert receiver.values == []
    assert not is_alive(receiver)
    assert lanes.close()


def test_a_guarded_call_dies_with_its_owner(qtbot):
    bridge, owner = Bridge(), Receiver()
    seen: list[int] = []
    guarded = bridge.for_owner(owner, seen.append)
    guarded(1)
    shiboken6.delete(owner)
    guarded(2)
    assert seen == [1]


def test_touches_of_one_turn_come_together(qtbot):
    bridge = Bridge()
    told: list[Touched] = []
    bridge.touched.connect(told.append)
    for id_ in ("a", "b", "c"):
        bridge.tell(Touched.of("tickets", [id_]))
    qtbot.waitUntil(lambda: bool(told))
    bridge.tell(Touched.of("articles", ["x"]))
    qtbot.waitUntil(lambda: len(told) == 2)
    assert told[0].ids["tickets"] == {"a", "b", "c"}
    assert told[1].ids == {"articles": {"x"}}


def test_a_broken_receiver_does_not_stop_the_others(qtbot, expect_log):
    expect_log(logging.ERROR, "not taken")
    bridge, receiver = Bridge(), Receiver()

    def break_() -> None:
        raise RuntimeError("odd")

    bridge.deliver(break_)
    bridge.deliver(receiver.take)
    qtbot.waitUntil(lambda: receiver.values == [None])


def test_a_delivery_that_delivers_waits_for_the_next_turn(qtbot):
    bridge, receiver = Bridge(), Receiver()
    bridge.deliver(lambda: bridge.deliver(receiver.take))
    qtbot.waitUntil(lambda: receiver.values == [None])
    assert on_gui_thread(bridge)
