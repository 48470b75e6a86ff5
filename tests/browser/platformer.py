"""What the tests of the platformer in the browser share."""

from __future__ import annotations

#: Before JavaScript for `Lesson`: the panel with the agent's games.
GAMES = "const games = view.panels.find((panel) => panel.spec.kind === 'platformer');"
#: A short level: flat ground with a coin, a walker, a platform and a pit.
LEVEL = "30._30._3.c26._2.s8.hh4.w9.f2._12g3.15g_12g3.15g"
