"""AWS behind plain boto3, offline: moto, plus the behaviour moto leaves out.

``with OfflineAWS() as aws:`` every boto3 client made inside is answered in this process. What
nothing simulates is refused by name; nothing reaches the network.
"""

from __future__ import annotations

# First, because what is imported after it imports time-machine.
from offline_aws import time_travel as time_travel
from offline_aws.environment import OfflineAWS
from offline_aws.errors import (
    AlreadyRunningError,
    AwsError,
    ClockError,
    NotRunningError,
    OfflineAWSError,
    PortInUseError,
)

__all__ = [
    "AlreadyRunningError",
    "AwsError",
    "ClockError",
    "NotRunningError",
    "OfflineAWS",
    "OfflineAWSError",
    "PortInUseError",
]
