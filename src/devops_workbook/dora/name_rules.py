"""Rules that pick names: a glob, a regular expression or a function of your own."""

from __future__ import annotations

import re
from collections.abc import Callable
from fnmatch import fnmatchcase

#: ``"v*"`` (a glob, case counts), ``re.compile(r"v\d+")`` (searched anywhere in the name) or a
#: function of the name that answers yes or no.
NameRule = str | re.Pattern[str] | Callable[[str], bool]


def matcher(rule: NameRule) -> Callable[[str], bool]:
    """Return the function that says whether a name is picked by ``rule``."""
    if isinstance(rule, str):
        glob = rule
        return lambda name: fnmatchcase(name, glob)
    if isinstance(rule, re.Pattern):
        pattern = rule
        return lambda name: pattern.search(name) is not None
    return rule
