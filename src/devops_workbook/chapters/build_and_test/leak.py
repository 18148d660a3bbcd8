"""Break/fix: a secret in a build's log, although it is kept in Secrets Manager."""

from __future__ import annotations

import json
from typing import Any

from devops_workbook.chapters.build_and_test.account import builds_of, log_of, why
from devops_workbook.chapters.build_and_test.scenario import (
    LEAKED,
    SECRET,
    SMOKE_TEST,
    chapter,
)
from devops_workbook.checks import require
from devops_workbook.exercise import NotStarted, NotYet, SetupMissing
from devops_workbook.lab import REGION, Lab
from offline_aws import clients
from offline_aws.codebuild.buildspec import BuildspecError, read_buildspec


@chapter.exercise(
    "leak",
    title="The secret in the log",
    minutes=5,
    kind="break/fix",
    hints=(
        "Three places can set a variable, and the project wins over the buildspec. Look at "
        '`codebuild.batch_get_projects(names=["orders-smoke-test"])`, under `environment`.',
        "`update_project(name=…, environment=…)` replaces the whole environment: take the one that "
        "is there, and leave `environmentVariables` empty.",
        "A key that stood in a log is known. `secretsmanager.put_secret_value(SecretId="
        '"shop/payments", SecretString=…)` with new JSON under the same name `key` rotates it. '
        "Then build again.",
    ),
)
def check_leak(lab: Lab, answer: Any) -> str:
    """No plain value in the project or its buildspec, the key rotated, a clean build since."""
    project, key = _project(), _key()
    plain = [
        each
        for each in project["environment"]["environmentVariables"]
        if each["type"] == "PLAINTEXT" and each["value"] in (LEAKED, key)
    ]
    written = LEAKED in project["source"]["buildspec"] or key in project["source"]["buildspec"]
    if plain and plain[0]["value"] == LEAKED == key and "echo" in project["source"]["buildspec"]:
        raise NotStarted(f"Project {SMOKE_TEST} and the secret are as they were.")
    require(
        not plain,
        f"Project {SMOKE_TEST} still has the key as plain text in its variable "
        f"{plain[0]['name'] if plain else ''}. Whoever may see the project reads it, and the build "
        "takes it in place of the secret.",
    )
    require(not written, "The key now stands in the buildspec, which is no better place.")
    require(
        key != LEAKED,
        "The log is clean from now on, but the leaked key still opens the door: "
        f"{SECRET} holds the same one as before.",
    )
    _require_store(project)
    _require_clean_build(key)
    return "The build gets the new key from Secrets Manager, and its log says ***."


def _project() -> dict[str, Any]:
    found = clients.client("codebuild", REGION).batch_get_projects(names=[SMOKE_TEST])["projects"]
    if not found:
        raise SetupMissing(f'Project {SMOKE_TEST} is gone. `lab.catch_up("leak")` brings it back.')
    return dict(found[0])


def _key() -> str:
    client = clients.client("secretsmanager", REGION)
    try:
        text = client.get_secret_value(SecretId=SECRET)["SecretString"]
    except client.exceptions.ResourceNotFoundException:
        raise SetupMissing(
            f'Secret {SECRET} is gone. `lab.catch_up("leak")` brings it back.'
        ) from None
    try:
        return str(json.loads(text)["key"])
    except (ValueError, KeyError, TypeError):
        raise NotYet(
            f'{SECRET} should hold JSON with the name "key", which the buildspec reads. It does '
            "not any more."
        ) from None


def _require_store(project: dict[str, Any]) -> None:
    kinds = [each["type"] for each in project["environment"]["environmentVariables"]]
    try:
        spec = read_buildspec(project["source"]["buildspec"])
    except BuildspecError as error:
        raise NotYet(f"CodeBuild cannot read the buildspec of {SMOKE_TEST}: {error}") from error
    require(
        spec.secrets_manager or spec.parameter_store or set(kinds) - {"PLAINTEXT"},
        f"Nothing gives {SMOKE_TEST} a key any more: no variable of the project or its buildspec "
        "comes from Secrets Manager or Parameter Store.",
    )


def _require_clean_build(key: str) -> None:
    builds = builds_of(SMOKE_TEST)
    require(builds, f"Nothing has run yet since. Build {SMOKE_TEST} and look at its log.")
    newest = builds[0]
    log = log_of(newest)
    require(
        LEAKED not in log,
        "The last build's log still shows the old key. Build again, after the change.",
    )
    require(newest["buildStatus"] == "SUCCEEDED", f"The last build is red: {why(newest)}")
    require(key not in log, "The last build's log shows the new key.")
