"""time-machine without its pytest plugin.

time-machine imports pytest where it is installed, as it is for the builds of CodeBuild. Loading
it would make every lab open a fifth of a second later. So the package imports this module before
whatever else imports time-machine.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import cast

_absent = "pytest" not in sys.modules
if _absent:
    # None in the place of a module is how Python says that it cannot be imported.
    sys.modules["pytest"] = cast(ModuleType, None)
try:
    import time_machine
finally:
    if _absent:
        del sys.modules["pytest"]

__all__ = ["time_machine"]
