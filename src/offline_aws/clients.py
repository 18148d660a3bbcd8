"""The boto3 clients by which the services call each other, made once and kept.

To make a client costs as much as two calls of it. One that was made is good for every environment
of the process, since it holds nothing of an account.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import boto3
from botocore.config import Config

from offline_aws.isolation import ACCOUNT

# Those of an offline environment: a learner's own change nothing in what the services do.
_KEY = "offline"
# botocore puts its own together anew at each call, which takes one part in twenty-five of it.
_CONFIG = Config(user_agent="offline-aws")


def client(service: str, region: str, account: str = "") -> Any:
    """Return a client of a service in a region, and in an account or the one that labs have.

    An offline environment has to be running.
    """
    if account in ("", ACCOUNT):
        return _kept(service, region)
    sts = _kept("sts", region)
    role = f"arn:aws:iam::{account}:role/events"
    keys = sts.assume_role(RoleArn=role, RoleSessionName="events")["Credentials"]
    # Not kept: the keys are one environment's.
    return _made(
        service, region, keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"]
    )


@cache
def _kept(service: str, region: str) -> Any:
    return _made(service, region, _KEY, _KEY)


def _made(service: str, region: str, key: str, secret: str, token: str | None = None) -> Any:
    # Any, since the stubs know the services by their names and not by a string.
    session: Any = boto3.Session(key, secret, token)
    return session.client(service, region_name=region, config=_CONFIG)
