"""How long changes of X-Ray's settings take, in lab time; on AWS some take up to ten minutes."""

from __future__ import annotations

from datetime import timedelta

CHANGES_ENCRYPTION = timedelta(minutes=1)
CHANGES_DESTINATION = timedelta(minutes=1)
