"""Every setting: what there is, where it comes from, what can't be right.

The only room that reads the environment.
"""

from streams.settings.settings import Settings

__all__ = ["Settings"]
