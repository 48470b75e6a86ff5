"""Messages arrive whole and in order; a side that is gone is noticed."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest

from training.channel import Channel

Pair = tuple[Channel, Channel]


def channel_on(end: socket.socket) -> Channel:
    return Channel(end.makefile("rb"), end.makefile("wb"))


@pytest.fixture
def pair() -> Iterator[Pair]:
    ends = socket.socketpair()
    here, there = map(channel_on, ends)
    yield here, there
    for end in ends:
        end.shutdown(socket.SHUT_RDWR)
        end.close()
    for side in (here, there):
        while side.inbox.get(timeout=5) is not None:
            pass
        side.close()


def test_messages_arrive_in_order_both_ways(pair: Pair) -> None:
    here, there = pair
    for number in range(100):
        assert here.send({"number": number, "text": "ünï\n"})
    assert [there.inbox.get(timeout=5) for _ in range(100)] == [
        {"number": number, "text": "ünï\n"} for number in range(100)
    ]
    assert there.send({"state": "running"})
    assert here.inbox.get(timeout=5) == {"state": "running"}


def test_many_threads_may_send(pair: Pair) -> None:
    here, there = pair

    def send(who: int) -> None:
        for number in range(50):
            here.send({"who": who, "number": number, "filling": "x" * 500})

    threads = [threading.Thread(target=send, args=(who,)) for who in range(4)]
    for thread in threads:
        thread.start()
    got = [there.inbox.get(timeout=5) for _ in range(200)]
    for thread in threads:
        thread.join()
    for who in range(4):
        assert [m["number"] for m in got if m is not None and m["who"] == who] == list(range(50))


def test_the_end_of_the_other_side_arrives_as_none_and_is_known_to_send() -> None:
    ours, theirs = socket.socketpair()
    here = channel_on(ours)
    theirs.sendall(b'{"whole": 1}\n{"to')
    theirs.close()
    assert here.inbox.get(timeout=5) == {"whole": 1}
    assert here.inbox.get(timeout=5) is None
    assert not here.send({"anybody": "there"})
    here.close()
    ours.close()


def test_a_listener_hears_instead_of_the_inbox() -> None:
    ours, theirs = socket.socketpair()
    heard: list[object] = []
    done = threading.Event()

    def hear(message: object) -> None:
        heard.append(message)
        if message is None:
            done.set()

    with ours:
        here = Channel(ours.makefile("rb"), ours.makefile("wb"), hear)
    with theirs:
        theirs.sendall(b'{"a": 1}\n')
    assert done.wait(5)
    assert heard == [{"a": 1}, None]
    assert here.inbox.empty()
    here.close()
