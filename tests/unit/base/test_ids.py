"""UUIDv7 made here."""

from uuid import UUID

from app.base.ids import Ids


class _Stopped:
    def __init__(self, now: int) -> None:
        self.at = now

    def now(self) -> int:
        return self.at

    def monotonic(self) -> float:
        return self.at / 1000


def test_an_id_is_a_version_7_uuid_of_its_moment() -> None:
    value = UUID(Ids(_Stopped(1_700_000_000_123)).new())
    assert (value.version, value.int >> 80) == (7, 1_700_000_000_123)


def test_ids_rise_even_when_the_clock_stands_or_steps_back() -> None:
    clock = _Stopped(1_000)
    ids = Ids(clock)
    made = [ids.new() for _ in range(500)]
    clock.at = 10
    made += [ids.new() for _ in range(500)]
    assert made == sorted(made)
    assert len(set(made)) == 1000


def test_the_same_entropy_gives_the_same_ids() -> None:
    first, second = (Ids(_Stopped(5), lambda n: bytes(n)) for _ in range(2))
    assert [first.new() for _ in range(3)] == [second.new() for _ in range(3)]
