"""A small, dated table of real vulnerabilities, and whether a package has one of them.

``advisories.json`` holds well-known ones of a few packages that the course's images have: enough to
see how a scan works, and far from all. Each record names the source of its facts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files

from packaging.version import InvalidVersion, Version

from offline_aws.ecr.debian_versions import debian_key

DEBIAN, PYPI, NPM, MAVEN = "Debian", "PyPI", "npm", "Maven"


@dataclass(frozen=True)
class Package:
    """A package that was found in an image. ``ecosystem`` is one of the names above.

    For Debian ``name`` is that of the source package, as the advisories have it.
    """

    ecosystem: str
    name: str
    version: str
    path: str


@dataclass(frozen=True)
class Advisory:
    """One vulnerability of one package, in the versions from ``introduced`` to before ``fixed``.

    ``severity`` is ECR's word for ``score``, the CVSS base score of ``vector``.
    """

    name: str
    ecosystem: str
    package: str
    introduced: str
    fixed: str
    severity: str
    score: str
    vector: str
    description: str
    uri: str
    versions_from: str

    def affects(self, package: Package) -> bool:
        """Return whether a package is one of the affected versions."""
        if (package.ecosystem, package.name) != (self.ecosystem, self.package):
            return False
        key = _key(self.ecosystem, package.version)
        return key is not None and _known(self, self.introduced) <= key < _known(self, self.fixed)


def advisories_of(package: Package) -> Iterator[Advisory]:
    """Yield the vulnerabilities of a package."""
    return (each for each in _table()[1] if each.affects(package))


def table_date() -> datetime:
    """Return the day up to which the table was put together."""
    return _table()[0]


@cache
def _table() -> tuple[datetime, tuple[Advisory, ...]]:
    text = files("offline_aws.ecr").joinpath("advisories.json").read_text(encoding="utf-8")
    document = json.loads(text)
    date = datetime.fromisoformat(document["date"]).replace(tzinfo=UTC)
    return date, tuple(Advisory(**each) for each in document["advisories"])


def _known(advisory: Advisory, version: str) -> tuple[object, ...]:
    key = _key(advisory.ecosystem, version)
    if key is None:
        raise ValueError(f"{advisory.name}: {version} is no version of {advisory.ecosystem}")
    return key


@cache
def _key(ecosystem: str, version: str) -> tuple[object, ...] | None:
    """Return what versions are sorted by, None for what is no version."""
    if ecosystem == DEBIAN:
        return debian_key(version)
    try:
        return (Version(version.removesuffix(".RELEASE")),)
    except InvalidVersion:
        return None
