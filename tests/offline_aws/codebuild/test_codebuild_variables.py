"""The variables of a build: precedence, CodeBuild's own, secrets, exports."""

from __future__ import annotations

import json
from itertools import combinations
from typing import Any

import boto3
import pytest
from codebuild_lab import Lab, spec

ENVIRONMENT = {
    "type": "LINUX_CONTAINER",
    "image": "aws/codebuild/standard:7.0",
    "computeType": "BUILD_GENERAL1_SMALL",
}
PLACES = ("buildspec", "project", "start")


@pytest.mark.parametrize("places", [c for n in (1, 2, 3) for c in combinations(PLACES, n)])
def test_start_wins_over_project_wins_over_buildspec(lab: Lab, places: tuple[str, ...]) -> None:
    env = "env:\n  variables:\n    WHO: buildspec\n" if "buildspec" in places else ""
    variables = [{"name": "WHO", "value": place} for place in PLACES]
    lab.create(
        spec("echo $WHO") + env,
        environment={**ENVIRONMENT, "environmentVariables": variables[1:2] * ("project" in places)},
    )
    build = lab.build(environmentVariablesOverride=variables[2:] * ("start" in places))
    assert places[-1] in lab.log(build)


def test_codebuild_s_own_variables(lab: Lab) -> None:
    build = lab.run(
        "env | grep -E '^(CODEBUILD|AWS)_' | sort; for v in a; do echo HOME=$HOME; done",
        sourceVersion="v1",
    )
    found = dict(line.split("=", 1) for line in lab.log(build) if "=" in line and line[0] != "[")
    assert found == {
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_REGION": "us-east-1",
        "CODEBUILD_BUILD_ARN": build["arn"],
        "CODEBUILD_BUILD_ID": build["id"],
        "CODEBUILD_BUILD_IMAGE": "aws/codebuild/standard:7.0",
        "CODEBUILD_BUILD_NUMBER": "1",
        "CODEBUILD_BUILD_SUCCEEDING": "1",
        "CODEBUILD_INITIATOR": "offline",
        "CODEBUILD_KMS_KEY_ID": build["encryptionKey"],
        "CODEBUILD_LOG_PATH": build["logs"]["streamName"],
        "CODEBUILD_PROJECT_ARN": "arn:aws:codebuild:us-east-1:123456789012:project/orders",
        "CODEBUILD_SOURCE_REPO_URL": "",
        "CODEBUILD_SOURCE_VERSION": "v1",
        "CODEBUILD_SRC_DIR": "/codebuild/output/src",
        "CODEBUILD_START_TIME": "1767603600000",
        "HOME": "/codebuild/output/home",
    }


def store_secrets() -> None:
    ssm, secrets = boto3.client("ssm"), boto3.client("secretsmanager")
    ssm.put_parameter(Name="/shop/password", Value="pass-word", Type="SecureString")
    secrets.create_secret(Name="plain", SecretString="whole-text")
    secrets.create_secret(Name="json", SecretString=json.dumps({"key": "part-text", "n": 7}))


STORED = """
env:
  parameter-store:
    PASSWORD: /shop/password
  secrets-manager:
    PLAIN: plain
    PART: json:key
    STAGED: json:key:AWSCURRENT
    NUMBER: json:n
  exported-variables: [PASSWORD, TAG, EMPTY, MISSING]
"""


def test_values_of_other_services_are_read_and_hidden(lab: Lab) -> None:
    store_secrets()
    build = lab.run(
        'echo "$PASSWORD|$PLAIN|$PART|$STAGED"',
        'printf %s "$PASSWORD $PLAIN $PART" | wc -c',
        'echo "$PLAIN" | rev',
        more=STORED,
    )
    log = lab.log(build)
    assert "***|***|***|***" in log
    assert "30" in {line.strip() for line in log}
    assert "txet-elohw" in log  # only the exact value is hidden, as in CodeBuild


def test_project_variables_of_other_services(lab: Lab) -> None:
    store_secrets()
    variables = [
        {"name": "A", "value": "/shop/password", "type": "PARAMETER_STORE"},
        {"name": "B", "value": "json:key", "type": "SECRETS_MANAGER"},
    ]
    build = lab.run(
        "test $A = pass-word && test $B = part-text",
        environment={**ENVIRONMENT, "environmentVariables": variables},
    )
    assert build["buildStatus"] == "SUCCEEDED"


@pytest.mark.parametrize(
    ("more", "code", "message"),
    [
        ("parameter-store: {A: /none}", "Decrypted Variables Error", "does not exist: /none"),
        ("secrets-manager: {A: none}", "Secrets Manager Error", "ResourceNotFoundException"),
        ("secrets-manager: {A: 'plain:key'}", "Secrets Manager Error", "has no key key"),
        ("secrets-manager: {A: 'json:other'}", "Secrets Manager Error", "has no key other"),
    ],
)
def test_a_value_that_cannot_be_read(lab: Lab, more: str, code: str, message: str) -> None:
    store_secrets()
    build = lab.run("true", more=f"env:\n  {more}\n")
    assert build["buildStatus"] == "FAILED"
    (context,) = build["phases"][3]["contexts"]
    assert context["statusCode"] == code
    assert message in context["message"]


def exported(build: dict[str, Any]) -> dict[str, str]:
    return {each["name"]: each["value"] for each in build["exportedEnvironmentVariables"]}


def test_exported_variables(lab: Lab) -> None:
    store_secrets()
    build = lab.run("TAG=v1", "export TAG=v2; EMPTY=", more=STORED)
    assert exported(build) == {"TAG": "v2", "EMPTY": ""}
    failed = lab.build(buildspecOverride=spec("TAG=v3; false") + STORED)
    assert exported(failed) == {"TAG": "v3"}
