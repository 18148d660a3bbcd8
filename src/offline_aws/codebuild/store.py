"""What CodeBuild keeps of one account and region: projects, builds, report groups, reports."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from offline_aws.errors import AwsError
from offline_aws.page_tokens import begin_of_page, page_token

_IDS = uuid.UUID("5d1f3b6e-0f64-4b6c-9d0e-6b2f7e0c0b1d")
_PAGE = 100
_SERVICE = "codebuild"

Shape = dict[str, Any]


@dataclass
class Build:
    """One build. ``settings`` is its project as overridden when it was started.

    ``phases``, ``artifacts``, ``logs`` and ``exported`` are in the shapes of AWS's ``Build``, and
    ``secondary_artifacts`` too, by their identifiers. ``write_log`` writes what the log has up to a
    time.
    """

    id: str
    arn: str
    number: int
    settings: Shape
    source_version: str
    initiator: str
    request: Shape
    start: datetime
    end: datetime | None = None
    resolved_version: str = ""
    from_pipeline: bool = False
    status: str = "IN_PROGRESS"
    phases: list[Shape] = field(default_factory=list)
    logs: Shape = field(default_factory=dict)
    artifacts: Shape = field(default_factory=dict)
    secondary_artifacts: dict[str, Shape] = field(default_factory=dict)
    exported: list[Shape] = field(default_factory=list)
    report_arns: list[str] = field(default_factory=list)
    write_log: Callable[[datetime], None] | None = None

    @property
    def project(self) -> str:
        """The name of its project."""
        return str(self.settings["name"])

    @property
    def uuid(self) -> str:
        """The second half of its id."""
        return self.id.partition(":")[2]

    @property
    def complete(self) -> bool:
        """Whether it has come to its end, whichever."""
        return self.end is not None


@dataclass
class Store:
    """Everything of one account and region."""

    projects: dict[str, Shape] = field(default_factory=dict)
    builds: dict[str, Build] = field(default_factory=dict)
    build_numbers: dict[str, int] = field(default_factory=dict)
    tokens: dict[str, tuple[datetime, Shape, str]] = field(default_factory=dict)
    local_caches: dict[str, bytes] = field(default_factory=dict)
    report_groups: dict[str, Shape] = field(default_factory=dict)
    reports: dict[str, Shape] = field(default_factory=dict)
    test_cases: dict[str, list[Shape]] = field(default_factory=dict)
    coverages: dict[str, list[Shape]] = field(default_factory=dict)
    _ids: int = 0

    def new_uuid(self, account: str, region: str) -> str:
        """Return an id that is the same in every run, and another at every call."""
        self._ids += 1
        return str(uuid.uuid5(_IDS, f"{account}/{region}/{self._ids}"))

    def next_number(self, project: str) -> int:
        """Return the number of a project's next build: 1, 2, 3."""
        self.build_numbers[project] = self.build_numbers.get(project, 0) + 1
        return self.build_numbers[project]

    def drop_report(self, arn: str) -> None:
        """Forget a report and what belongs to it."""
        for kept in (self.reports, self.test_cases, self.coverages):
            kept.pop(arn, None)


def page(key: str, items: list[Any], parameters: Shape, size: int = _PAGE) -> Shape:
    """Return one page of a list, with the token of the next if there is one."""
    token = parameters.get("nextToken")
    try:
        begin = begin_of_page(_SERVICE, token) if token else 0
    except ValueError:
        raise AwsError("InvalidInputException", "Invalid nextToken provided") from None
    end = begin + min(size, parameters.get("maxResults") or size)
    found = {key: items[begin:end]}
    return {**found, "nextToken": page_token(_SERVICE, end)} if end < len(items) else found
