"""A recorded way to the flag of every level that comes with the game, found by `platformer_search`.

`python -m models.platformer_ways` finds them anew, after a change of the physics or of a level.
"""

from __future__ import annotations

from models.platformer_levels import LEVELS
from models.platformer_replay import Replay, rolled, unrolled
from models.platformer_search import solve

#: In the order of LEVELS, at the default skip of 4 ticks.
WAYS: tuple[str, ...] = (
    "c5b3dbdbdbdbdbebdbdbdbdbdbdbdb2db2dbebdbdbdbdbdbdbdbdbdcecdbdbdbdbdbdb2db2dbdbdbdbdbebdbdbdbdbdbdbdbdbdbdbda",  # First steps
    "c5b3dbdbdbdbdbdcdbdbdbebdbdbdbdebedbdbdbdbebdbdbdbdbdbdbdbdbdbdbdbdbdb2dbdebdbdbdbdbdbdbdbdcebdcdbdbdbebdbdbdb2db2dbdbebdbdbdcdbdbdbdbdbdbdbda",  # Mind the gaps
    "c5b3dbdbdbdbdbdbdcdbdbdbdcdbdb2dbdebdbdbdbdbdbebdbdbdcedc2ebdbdbdbdbdbebdbdbdcdbdbdbdbebdb2db2dbdbdbdbdbebdbdbdbdbdbdbebdbdbdbdbdb2db2dbdbdbda",  # The ferry
    "c5b3dbdbdbdbdbdbdbdbdbdcdbdbdb2db2dbebdcdbebdbdbdcdbdbdbdbdbdb2db2db2dcdbdbdcdbdbdbdbdcdb2db2db2dbdbdbdbdbdcecdbdbdbebdbdbdbdeb2dbdbdbdbdbdbdbdbdbdbdbdbdbdbdcdbdba",  # Under the bricks
    "c5b3dbdbdbdbdcecececdbdbebdecdb2dbdbdbdbdbdcecdbdb2ecebecdbebdb2db2dbdbdbdbdbdbdbdbdbdcdbebdb3dbecececebdbdbdbdcdbdbdb2ec2dbdbdcdbdbdbdbdb2db2dbdbdbea",  # Three crossings
    "2cb2cb3dcdbecd2bc2ac4af6a6cb2debdbdbdbdbdbdbdbdbdbdbdbeb2db2dbe3cgc2a2g3c2ag2acfcaba2g2c2f3c2b2c3dbdbebdbdbdbdbdbdbebdbdbdbdbdbdbdbdbec2ecedbdbebdbdbdbdcdbdbdbdbdbdbdbdbdcebdbedc2dbdbdbdbdbdbdbdbdbda",  # Lifts
    "c5b3dbdbdbdbdbdbdbdbdbdbebdceb2db2dbdbebdbdbdbdbdbdbdbecebecdbdbdbdbdb2db2dbdbdbdcebdbdbdbebdcdbdbdbdbdbdbdcdb2dbdecebebdbdbdbdbdbdbdbdbdcdbecdbdbdcecdeb2dbdbdbdbdcdbebdbdbdbdcdbdbdbdbdbdbdc2eb2ebdbdbdbdbdbdcdbdbdbdbdbda",  # Run and leap
    "c5b3dbdbdbdbdcdbebdbdbdbdbebdcedb2dbdbebdbdbdbdbdbdcdbdbdbecdbc2acfc2f5gf2a3c2bd2ecdcebdbdbdbdbebdcebdbdcdbdbdc2ecdecda2db2dbdbdbdbebdbdbdbecebdbdbdbdbdbdcdbdbdecdcecebdbdbdbdbebdbdbdbecebdbdbdcdbedb2dbdbdcdbecdbdbdbdbdbdcecdcdbdbdbdbdb2dbedbdbdbda",  # The gauntlet
    "c5b3dcececebdbdebdebdbdbdbecebebdbdbebdcdbdbdbdbdb2ec2ebebdbdbdcdbecdbdbdbdcdbdbdbebdbdbdbdadecebdbdcdbdadaedbedbdbdbdbdbecebebdbdbdbecebebdbdbdbdb2db2a2faca3g2a2cag3ac5afc4agb3cb2cb3dcdbdbdbdbdbdbdbecebebdbdb3dc2db2dcdbdb2a5ce2dbdbdbdcdbebdbdbdbdbdbebdb2db2dbda",  # One tile wide
)


def way(number: int) -> Replay:
    """The recording for LEVELS[number]."""
    return Replay(LEVELS[number].level, unrolled(WAYS[number]))


if __name__ == "__main__":
    for shipped in LEVELS:
        print(f'    "{rolled(solve(shipped.level) or ())}",  # {shipped.name}')
