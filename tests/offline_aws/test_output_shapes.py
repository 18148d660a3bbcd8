"""The check of outputs against botocore's model finds what is wrong in one."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from output_shapes import WATCH, WatchedOperations, faults, watched

from offline_aws.environment import SERVICES
from offline_aws.errors import AwsError
from offline_aws.operations import REGISTRY

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


def taken() -> list[str]:
    """Return what was found in this test, and forget it."""
    found = list(WATCH.found)
    WATCH.clear()
    return found


def test_an_answer_that_the_model_does_not_have_is_found_in_any_test() -> None:
    operations = WatchedOperations("codecommit")
    operations["GetBranch"] = lambda call, parameters: {"branch": {"name": "main"}}
    call: Any = None
    assert operations["GetBranch"](call, {}) == {"branch": {"name": "main"}}
    assert WATCH.answered == {("codecommit", "GetBranch")}
    assert taken() == ["GetBranch.branch.name is not in the model"]


def test_an_error_that_the_model_does_not_have_is_found_too() -> None:
    call: Any = None

    def refuse(call: Any, parameters: dict[str, Any]) -> dict[str, Any]:
        raise AwsError(parameters["code"], "No.")

    operation = watched("codecommit", "GetBranch", refuse)
    for code in ("BranchDoesNotExistException", "NoSuchBranch"):
        with pytest.raises(AwsError):
            operation(call, {"code": code})
    assert taken() == ["GetBranch raised NoSuchBranch, which is not in the model"]


def test_every_service_of_ours_is_watched() -> None:
    assert {type(REGISTRY[service]) for service in SERVICES} == {WatchedOperations}
