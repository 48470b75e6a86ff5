"""The levels that come with the game, from easy to hard, drawn as text: see `platformer_level` for the letters.

Air above the highest row is left out. That each can be finished is shown by a recorded game in `WAYS` of
`platformer_ways`, which a test plays again.
"""

from __future__ import annotations

from dataclasses import dataclass

from models.platformer_level import Level

HEIGHT = 14  # rows of each


@dataclass(frozen=True)
class Shipped:
    """A level with its name and what it is there for."""

    name: str
    idea: str
    level: Level


def drawn(picture: str) -> Level:
    """The level in a picture, filled up with air above and on the right."""
    rows = picture.strip("\n").split("\n")
    width = max(len(row) for row in rows)
    rows = [""] * (HEIGHT - len(rows)) + rows
    return Level(tuple(row.ljust(width, ".") for row in rows))


LEVELS: tuple[Shipped, ...] = (
    Shipped(
        "First steps",
        "Flat ground, two small gaps, a few steps and coins.",
        drawn(
            """
........................c.........................................
.......................................cc.........................
........ccc..cc...............c.......gggg............ccc.........
..s.........gggg...................ggggggg.....................f..
ggggggggggggggggggggggg..ggggggggggggggggggggggggg..gggggggggggggg
ggggggggggggggggggggggg..ggggggggggggggggggggggggg..gggggggggggggg
"""
        ),
    ),
    Shipped(
        "Mind the gaps",
        "Wider gaps, stairs, the first walkers and a block to hit from below.",
        drawn(
            """
...........................c.........................................................
...............................................................c.....................
............c.........................qbq....cc......................................
.......................cc.......c............................gggg....................
......................gggg................................ggggggg....................
..s................w..gggg...gggggg......w.............gggggggggg.....w...........f..
ggggggggggg...gggggggggggg...ggggggggggggggg....ggggggggggggggggggggggggg...ggggggggg
ggggggggggg...gggggggggggg...ggggggggggggggg....ggggggggggggggggggggggggg...ggggggggg
"""
        ),
    ),
    Shipped(
        "The ferry",
        "Pits, walkers, and one pit that only a moving platform crosses.",
        drawn(
            """
....................................................cc...............................
..................qbq............ccc.................................................
.........................cc..........................................................
.......ccc..............ggggg.............cc....ggg..........w.......................
..s..................w..ggggg..hhh............w.ggg....gggggggg................w..f..
gggggggggggg...gggggggggggggg..........gggggggggggg....gggggggggggggg....gggggggggggg
gggggggggggg...gggggggggggggg..........gggggggggggg....gggggggggggggg....gggggggggggg
"""
        ),
    ),
    Shipped(
        "Under the bricks",
        "A low ceiling of bricks, walkers beneath it, towers to jump between.",
        drawn(
            """
...............ccc...............................................................................
.................................................................................................
........................................................................c........................
.............................c...............cc..................................................
..............bqbqb.........................bbqbb......................gg.........qqq............
............................gg....gg..............................gg...gg........................
..........................gggg....gggg................bb..........gg...gg....ggg.................
..s.................w...gggggg....gggggg......w..w.............w..gg...gg....ggg.......w......f..
gggggggggggggggggggggggggggggg....gggggggggggggggggg.....ggggggggggg...gg....gggggggggggggggggggg
gggggggggggggggggggggggggggggg....gggggggggggggggggg.....ggggggggggg...gg....gggggggggggggggggggg
"""
        ),
    ),
    Shipped(
        "Three crossings",
        "Platforms that meet in mid-air: waiting is part of the way.",
        drawn(
            """
....................................cc.....................................................
...........................................................................................
...........................................c...............................................
..............ccc..................hhh...................ccc...............................
........................................gggggg.............................................
............................hhh.........gggggg..cc..................w......................
..s..........hhh.........w..............gggggg.....w....hh.......ggggg..hhhh........w...f..
gggggggggg...........gggggg.............ggggggggggggg............ggggg.........gggggggggggg
gggggggggg...........gggggg.............ggggggggggggg............ggggg.........gggggggggggg
"""
        ),
    ),
    Shipped(
        "Lifts",
        "Platforms that go up and down to high ledges.",
        drawn(
            """
.......................................cc.......................................................
................................................................................................
....................................c...........................................................
.................cc...............gggg....................c.......................ggg...........
................ggggg.............gggg....gggg...................w................ggg...........
................ggggg.............gggg....gggg................ggggg...............ggg...........
................ggggg.........vvv.gggg....gggg........w.......ggggg...............ggg...........
............vvv.ggggg.............gggg....gggg...ggggggg.vvv..ggggg...........vv..ggg..cc.......
..s.............ggggg.....w.......gggg....gggg...ggggggg......ggggg....gggggg.....ggg......w.f..
ggggggggggg.....ggggggggggggg.....gggg....gggg...ggggggg......ggggg....gggggg.....gggggggggggggg
ggggggggggg.....ggggggggggggg.....gggg....gggg...ggggggg......ggggg....gggggg.....gggggggggggggg
"""
        ),
    ),
    Shipped(
        "Run and leap",
        "Gaps that only a jump at full speed crosses.",
        drawn(
            """
.....................................................................cc..........................................................
.................................................................................................................................
...................................ccc...........................................................................................
.................ccc.........................................................bqb................cc...............................
.................................................................w...............................................................
.........cccc.....................................ggg.....ggggggggg..............................................................
..s...........................w...................ggg.....ggggggggg.............w..w.......................w.............w....f..
gggggggggggggggg.....gggggggggggg......gggggggggggggg.....ggggggggg......gggggggggggg......ggg.....gggggggggg......gggggggggggggg
gggggggggggggggg.....gggggggggggg......gggggggggggggg.....ggggggggg......gggggggggggg......ggg.....gggggggggg......gggggggggggggg
"""
        ),
    ),
    Shipped(
        "The gauntlet",
        "All of it at once: towers, lifts, walkers in threes.",
        drawn(
            """
............................................................w............................................................................
.....................................................c.....ggg...........................................................................
......................c..................cc................ggg...........................cc..............................................
..............................bqbqb.................gg.....ggg.......cc..................bb.....................b........................
.....................ggg............................gg.vv..ggg.........w.............................gg.....gg.......w...................
.....................ggg................hh....gg....gg.....ggg.....gggggg............................gg.....gg.....gggg..................
..s...........ggg....ggg........w..w..........gg....gg.....ggg.....gggggg............hh........w.w.w.gg.....gg.....gggg..........w.w..f..
gggggggggg....ggg....ggg.....gggggggg.........gg....gg.....ggg.....gggggg......ggg..........ggggggggggg.....gg.....gggg......gggggggggggg
gggggggggg....ggg....ggg.....gggggggg.........gg....gg.....ggg.....gggggg......ggg..........ggggggggggg.....gg.....gggg......gggggggggggg
"""
        ),
    ),
    Shipped(
        "One tile wide",
        "Landings as narrow as the hero, and no room to wait.",
        drawn(
            """
.........................................c....qq.......cc...................................................................................
....................................w.......................................................................................................
...........................c......gggg........................w.............................w...............................................
..................................gggg..................hh..ggg..............c............gggg...........ccc................................
...........................g......gggg.........w............ggg...........................gggg.cc...........................................
......................g....g..vv..gggg......ggggg...hh......ggg...........................gggg..............h...............................
......................g....g......gggg......ggggg...........ggg......gg............g......gggg...................w..........................
...............gg.....g....g......gggg......ggggg...........ggg......gg......g.....g..vv..gggg..................ggg.........................
..s........hh..gg.....g....g......gggg......ggggg...........ggg......gg......g.....g......gggg...w.w...hh.......ggg......g........w.w.w..f..
ggggggggg......gg.....g....g......gggg......ggggg...........ggg......gg......g.....g......gggggggggg............ggg......g.....ggggggggggggg
ggggggggg......gg.....g....g......gggg......ggggg...........ggg......gg......g.....g......gggggggggg............ggg......g.....ggggggggggggg
"""
        ),
    ),
)
