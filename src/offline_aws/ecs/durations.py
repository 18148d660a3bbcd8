"""Lab time of what ECS does by itself, always the same."""

from __future__ import annotations

from datetime import timedelta

#: Attaching a network interface, for tasks that have their own.
PROVISIONING = timedelta(seconds=10)
#: Pulling the images.
PENDING = timedelta(seconds=15)
#: From the start of the containers to RUNNING; targets are registered meanwhile.
ACTIVATING = timedelta(seconds=5)
#: From SIGTERM to the end of the containers.
STOPPING = timedelta(seconds=3)
#: Taking the network interface away.
DEPROVISIONING = timedelta(seconds=7)
#: Until the image that is not there is given up.
FAILED_PULL = timedelta(seconds=5)

#: The wait before another start, after each that failed before RUNNING: twice as long each time.
FIRST_THROTTLE = timedelta(seconds=10)
LONGEST_THROTTLE = timedelta(minutes=27)
#: How long a stopped task is still described.
STOPPED_TASK_STAYS = timedelta(hours=1)
