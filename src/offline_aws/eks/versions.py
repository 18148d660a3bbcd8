"""The Kubernetes versions that EKS offers, with the dates of their support.

Released, end of standard support, end of extended support: the release calendar of the Amazon EKS
User Guide ("Understand the Kubernetes version lifecycle on EKS", in awsdocs/amazon-eks-user-guide)
up to 1.34, and for 1.35 as endoflife.date/amazon-eks repeats it; read in November 2026. 1.36 and
later are left out, since their dates could not be verified. The patch and platform versions are not
the ones of a given day.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from offline_aws.eks.checks import eks_operation, invalid, page
from offline_aws.eks.store import Shape
from offline_aws.operations import Call


@dataclass(frozen=True)
class Version:
    """One minor version of Kubernetes in EKS."""

    name: str
    released: datetime
    standard_until: datetime
    extended_until: datetime
    patch: int

    @property
    def minor(self) -> int:
        """Its minor version as a number: 34 of 1.34."""
        return minor_of(self.name)

    @property
    def release(self) -> str:
        """The release version of the node image that belongs to it."""
        return f"{self.name}.{self.patch}-20251209"

    def status(self, now: datetime) -> str:
        """Return AWS's versionStatus of it at a time."""
        if now < self.standard_until:
            return "STANDARD_SUPPORT"
        return "EXTENDED_SUPPORT" if now < self.extended_until else "UNSUPPORTED"


def _version(name: str, patch: int, *dates: str) -> Version:
    begin, standard, extended = (datetime.fromisoformat(each).replace(tzinfo=UTC) for each in dates)
    return Version(name, begin, standard, extended, patch)


VERSIONS = (
    _version("1.35", 0, "2026-01-28", "2027-03-27", "2028-03-27"),
    _version("1.34", 2, "2025-10-02", "2026-12-02", "2027-12-02"),
    _version("1.33", 6, "2025-05-29", "2026-07-29", "2027-07-29"),
    _version("1.32", 10, "2025-01-23", "2026-03-23", "2027-03-23"),
    _version("1.31", 14, "2024-09-26", "2025-11-26", "2026-11-26"),
    _version("1.30", 14, "2024-05-23", "2025-07-23", "2026-07-23"),
    _version("1.29", 15, "2024-01-23", "2025-03-23", "2026-03-23"),
)


def minor_of(name: str) -> int:
    """Return the minor version of ``1.34``; -1 for what is no version."""
    head, _, rest = name.partition(".")
    return int(rest) if head == "1" and rest.isascii() and rest.isdigit() and rest else -1


def offered(now: datetime) -> list[Version]:
    """Return the versions that a cluster can have at a time, the newest first."""
    there = [each for each in VERSIONS if each.released <= now]
    # Long before and long after the calendar there is still something to learn with.
    found = [each for each in there if each.status(now) != "UNSUPPORTED"]
    return found or there[:1] or [VERSIONS[-1]]


def default_version(now: datetime) -> Version:
    """Return the version of a cluster that asks for none: the newest."""
    return offered(now)[0]


def find_version(now: datetime, name: str) -> Version:
    """Return a version that is offered. Raises ``AwsError``."""
    for each in offered(now):
        if each.name == name:
            return each
    raise invalid(f"unsupported Kubernetes version {name}")


@eks_operation("DescribeClusterVersions")
def describe_cluster_versions(call: Call, parameters: Shape) -> Shape:
    """Return the versions with their dates; unsupported ones only where all are asked for."""
    found = [_shape(each, call.clock.now()) for each in _asked(call, parameters)]
    return page("clusterVersions", found, parameters)


def _asked(call: Call, parameters: Shape) -> Iterator[Version]:
    now = call.clock.now()
    names = parameters.get("clusterVersions") or []
    status = parameters.get("versionStatus")
    status = status or (parameters.get("status") or "").replace("-", "_").upper()
    known = VERSIONS if parameters.get("includeAll") else offered(now)
    for each in known:
        if each.released > now and each not in offered(now):
            continue
        if names and each.name not in names:
            continue
        if status and each.status(now) != status:
            continue
        if parameters.get("defaultOnly") and each != default_version(now):
            continue
        if parameters.get("clusterType", "eks") == "eks":
            yield each


def _shape(version: Version, now: datetime) -> Shape:
    status = version.status(now)
    return {
        "clusterVersion": version.name,
        "clusterType": "eks",
        "defaultPlatformVersion": "eks.1",
        "defaultVersion": version == default_version(now),
        "releaseDate": version.released,
        "endOfStandardSupportDate": version.standard_until,
        "endOfExtendedSupportDate": version.extended_until,
        "status": status.replace("_", "-").lower(),
        "versionStatus": status,
        "kubernetesPatchVersion": f"{version.name}.{version.patch}",
    }
