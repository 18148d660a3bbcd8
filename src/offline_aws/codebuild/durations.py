"""How long a build takes in lab time, which does not depend on the machine.

A build takes the same lab time on every machine and in every run: fixed amounts for what CodeBuild
does around the commands, 2 s for each command, and what the command itself asked for with
``sleep``. ``sleep 90`` costs 90 s of lab time and at most one second of the learner's.
"""

from __future__ import annotations

QUEUED = 1.0
PROVISIONING = 24.0
DOWNLOAD_SOURCE = 4.0
COMMAND = 2.0
UPLOAD_ARTIFACTS = 3.0
FINALIZING = 2.0
