"""Facts that take a while are computed when they are asked for, and once."""

from __future__ import annotations

from models.step import Facts


def test_late_facts_are_computed_when_asked_for_and_once() -> None:
    asked: list[str] = []

    def slow() -> int:
        asked.append("slow")
        return 3

    facts = Facts({"quick": 1}, {"slow": slow})
    assert (len(facts), list(facts), facts.known) == (2, ["quick", "slow"], {"quick": 1})
    assert asked == []
    assert dict(facts) == {"quick": 1, "slow": 3} == facts.known
    assert facts["slow"] == 3 and facts.rest() == {} and asked == ["slow"]
    assert Facts({}, {"slow": slow}).rest() == {"slow": 3}
    assert facts.get("other") is None
