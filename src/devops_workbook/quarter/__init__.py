"""A quarter of the shop, played over whatever a learner has built, to be measured afterwards.

::

    production = Production(lab.aws)      # before anything is built
    quarter = Game(lab.aws, production, seed=12, tell=print).play()

Faithful:
    what the account's own pipeline, deployments, alarms and metrics make of each commit; the edits,
    their tests, builds and migrations are real.

Simplified:
    what people do follows rules: when they work, who is called, how long a repair takes
    (``people``). Customers come while something is released or is wrong; the time between is
    skipped. What a mistake does to customers is written down beside it (``behaviour``). The team
    does one thing after another.

Absent:
    customers at night and at weekends while nothing happens; changes of ``storefront``.
"""

from __future__ import annotations

from devops_workbook.quarter.errors import ChangeError, NothingToPlayError
from devops_workbook.quarter.play import Game
from devops_workbook.quarter.played import Quarter
from devops_workbook.quarter.production import Production

__all__ = ["ChangeError", "Game", "NothingToPlayError", "Production", "Quarter"]
