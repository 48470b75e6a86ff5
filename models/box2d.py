"""Gymnasium's games of falling bodies, where the two packages that they need are there: Box2D, and pygame.

Both have no wheels for some machines. What hangs on them asks first, and is left out without them.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import warnings
from collections.abc import Callable
from typing import Any

MODULES = ("Box2D", "pygame")


def there(modules: tuple[str, ...] = MODULES) -> bool:
    """Whether all of these modules can be imported; none of them is."""
    return all(importlib.util.find_spec(name) is not None for name in modules)


def lander_class() -> Callable[[], Any]:
    """Gymnasium's LunarLander. pygame comes along to draw it, which we never ask for: it opens no window, says nothing."""
    os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # how Box2D was wrapped
        found: Callable[[], Any] = importlib.import_module("gymnasium.envs.box2d.lunar_lander").LunarLander
    return found
