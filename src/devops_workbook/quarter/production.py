"""Production as the customers meet it: who answers them, and how the builds behave."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import ClientError

from devops_workbook.images import Cache, digest
from devops_workbook.lab import REGION
from devops_workbook.quarter.behaviour import Build, build_of
from devops_workbook.quarter.errors import NothingToPlayError
from devops_workbook.quarter.team import Edited
from devops_workbook.shop import Load, LoadBalancerTraffic, TasksByAddress, Version
from devops_workbook.shop.image_builds import built
from devops_workbook.shop.processes import behaviour_of
from offline_aws import clients

if TYPE_CHECKING:
    from offline_aws import OfflineAWS
    from offline_aws.image_builds import BuildRequest, BuiltImage
    from offline_aws.workloads import Behaviour, Container

#: Requests a minute.
RATE = 600.0
_SHORT = 7


class Builds(Mapping[str, Version]):
    """The builds that were made in an account, by name: how each behaves on the database now."""

    def __init__(self, database: Path) -> None:
        self.database = database
        self._by_digest: dict[str, Build] = {}
        self._by_name: dict[str, Build] = {}

    def record(self, digest: str, files: Mapping[str, bytes]) -> None:
        """Take note of an image and of the files that it was built from."""
        build = build_of(digest.removeprefix("sha256:")[:_SHORT], files)
        self._by_digest[digest] = self._by_name[build.version.name] = build

    def of_digest(self, digest: str) -> Build | None:
        """Return the build of an image, None for one that was made elsewhere."""
        return self._by_digest.get(digest)

    def __getitem__(self, name: str) -> Version:
        return self._by_name[name].in_production(self.tables())

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)

    def tables(self) -> set[str]:
        """Return the tables that production's database has."""
        if not self.database.exists():
            return set()
        with closing(sqlite3.connect(self.database)) as database:
            rows = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            return {name for (name,) in rows}


class _TasksByDigest(TasksByAddress):
    """What runs behind an address, by the digest of its image: a tag may have moved since."""

    def version(self, task: dict[str, Any]) -> str:
        """Return the name of the build that a task runs."""
        digest = str(task["containers"][0].get("imageDigest", ""))
        return digest.removeprefix("sha256:")[:_SHORT] or super().version(task)


class Production:
    """The builds of an account, its database, and the customers at its load balancer ``shop``."""

    def __init__(self, aws: OfflineAWS) -> None:
        self._aws = aws
        self.builds = Builds(aws.folder / "production.db")
        self.edited: dict[str, Edited] = {}  # by the team, and to be put back before it plays again
        self._layers = Cache()
        aws.image_builds.provide(self._build)
        aws.workloads.provide(self._behaviour)

    @property
    def database(self) -> Path:
        """Where the database is, a real SQLite file; it is not there before the first migration."""
        return self.builds.database

    def customers(self, seed: int) -> Load:
        """Return the customers of the load balancer, who come when it is started.

        Raises ``NothingToPlayError`` where nothing would answer them.
        """
        traffic = LoadBalancerTraffic(_way_in(), _TasksByDigest())
        _require_answers()
        return Load(self._aws, traffic, rate=RATE, seed=seed, versions=self.builds)

    def _build(self, request: BuildRequest) -> BuiltImage:
        image = built(request, self._layers)
        self.builds.record(digest(image.manifest), request.files)
        return image

    def _behaviour(self, container: Container) -> Behaviour | None:
        build = self.builds.of_digest(_digest(container))
        return behaviour_of(build.version) if build else None


def _way_in() -> str:
    """Return the ARN of what customers meet: the first rule of the listener, or the listener."""
    elbv2: Any = boto3.client("elbv2")
    try:
        [balancer] = elbv2.describe_load_balancers(Names=["shop"])["LoadBalancers"]
    except elbv2.exceptions.LoadBalancerNotFoundException:
        raise NothingToPlayError(
            "There is no load balancer shop for customers to come to. Deploy the ground plan first."
        ) from None
    listeners = elbv2.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
    listener = min(listeners, key=lambda each: int(each["Port"]))
    rules = elbv2.describe_rules(ListenerArn=listener["ListenerArn"])["Rules"]
    named = [each for each in rules if not each["IsDefault"]]
    first = min(named, key=lambda each: int(each["Priority"]), default=None)
    return str(first["RuleArn"] if first else listener["ListenerArn"])


def _require_answers() -> None:
    """Raise ``NothingToPlayError`` unless a target of the account is healthy."""
    elbv2 = clients.client("elbv2", REGION)
    for group in elbv2.describe_target_groups()["TargetGroups"]:
        asked = {"TargetGroupArn": group["TargetGroupArn"]}
        found = elbv2.describe_target_health(**asked)["TargetHealthDescriptions"]
        if any(each["TargetHealth"]["State"] == "healthy" for each in found):
            return
    raise NothingToPlayError(
        "Nothing behind the load balancer shop is healthy, so nobody would answer its customers. "
        "Deploy the service orders first, and give its tasks a minute."
    )


def _digest(container: Container) -> str:
    _, _, digest = container.image.partition("@")
    if digest:
        return digest
    asked = {"repositoryName": container.repository, "imageIds": [{"imageTag": container.tag}]}
    try:
        found = clients.client("ecr", REGION).describe_images(**asked)["imageDetails"]
    except ClientError:
        return ""
    return str(found[0]["imageDigest"])
