"""The check of outputs against botocore's model finds what is wrong in one."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from output_shapes import faults

VALID = {
    "repositoryName": "shop",
    "creationDate": datetime(2026, 1, 5, tzinfo=UTC),
}


def test_a_valid_output_has_no_fault() -> None:
    assert faults("codecommit", "GetRepository", {"repositoryMetadata": VALID}) == []
    assert faults("codecommit", "CreateBranch", {}) == []
    assert faults("codecommit", "ListTagsForResource", {"tags": {"team": "web"}}) == []


@pytest.mark.parametrize(
    ("operation", "output", "fault"),
    [
        ("GetRepository", {"repo": {}}, "GetRepository.repo is not in the model"),
        ("GetRepository", {"repositoryMetadata": []}, "is list, not a structure"),
        (
            "GetRepository",
            {"repositoryMetadata": {"repositoryName": 1}},
            "repositoryName is int, not string",
        ),
        (
            "GetRepository",
            {"repositoryMetadata": {"creationDate": datetime(2026, 1, 5)}},
            "without a zone",
        ),
        ("GetBlob", {}, "GetBlob.content is required"),
        ("GetBlob", {"content": "text"}, "content is str, not blob"),
        ("ListBranches", {"branches": ["main", None]}, r"branches\[1\] is NoneType, not string"),
        ("ListBranches", {"branches": "main"}, "is str, not a list"),
        ("ListTagsForResource", {"tags": {"team": 1}}, "is int, not string"),
        ("ListTagsForResource", {"tags": []}, "is list, not a map"),
        ("GetDifferences", {"differences": [{"changeType": "R"}]}, "is 'R', not one of"),
        ("CreateBranch", {"branch": "main"}, "CreateBranch has no output"),
        ("GetPullRequestOverrideState", {"overridden": 1}, "is int, not boolean"),
    ],
)
def test_each_fault_is_named(operation: str, output: dict[str, Any], fault: str) -> None:
    (found,) = faults("codecommit", operation, output)
    assert re.search(fault, found)
