"""The build that holds the shop's template against cfn-lint and the shop's own rules."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable
from typing import Any

from devops_workbook.chapters.infrastructure_as_code.policy import the_courses_findings
from devops_workbook.checks import untouched
from devops_workbook.display import Note
from devops_workbook.lab import REGION, Lab
from devops_workbook.shop_repository import commit_files, create_shop_repository, tip_of_main
from offline_aws import clients

PROJECT = "infrastructure"
_TEMPLATE, _RULES = "infrastructure/template.yaml", "infrastructure/check_rules.py"
BUILDSPEC = f"""\
version: 0.2

phases:
  build:
    commands:
      - cfn-lint {_TEMPLATE}
      - python {_RULES} {_TEMPLATE}
"""
_SCRIPT = '''\
"""Hold a template against the shop's rules; the exit status is 1 where one is broken."""

import sys

import yaml


class Loader(yaml.SafeLoader):
    """YAML with CloudFormation's short forms, of which the rules need only the names."""


Loader.add_multi_constructor("!", lambda loader, name, node: {{name: str(node.value)}})


{function}

with open(sys.argv[1], encoding="utf-8") as file:
    template = yaml.load(file, Loader)
broken = [
    finding
    for name, resource in template["Resources"].items()
    for finding in {name}(name, resource)
]
print(*broken, sep="\\n")
sys.exit(1 if broken else 0)
'''


def build(lab: Lab, template: str, findings: Callable[..., Any] | Any = ...) -> Note:
    """Commit a template with the rules, build it, and return the build's status and its log.

    ``findings`` that are not written yet are replaced by the course's own.
    """
    rules = the_courses_findings if untouched(findings) else findings
    function = textwrap.dedent(inspect.getsource(rules)).replace("-> list[str]", "")
    function = function.replace("resource: Shape", "resource").replace("name: str", "name")
    script = _SCRIPT.format(function=function, name=rules.__name__)
    files = {
        _TEMPLATE: template,
        _RULES: script,
        "infrastructure/buildspec.yml": BUILDSPEC,
    }
    if _has_repository():
        commit_files("Change the infrastructure", files)
    else:
        create_shop_repository(files)
        _create_project()
    return _run(lab)


def _has_repository() -> bool:
    client = clients.client("codecommit", REGION)
    return bool(client.list_repositories()["repositories"]) and bool(tip_of_main())


def _create_project() -> None:
    found = clients.client("codecommit", REGION).get_repository(repositoryName="shop")
    clients.client("codebuild", REGION).create_project(
        name=PROJECT,
        source={
            "type": "CODECOMMIT",
            "location": found["repositoryMetadata"]["cloneUrlHttp"],
            "buildspec": "infrastructure/buildspec.yml",
        },
        sourceVersion="refs/heads/main",
        artifacts={"type": "NO_ARTIFACTS"},
        environment={
            "type": "LINUX_CONTAINER",
            "image": "aws/codebuild/amazonlinux-x86_64-standard:5.0",
            "computeType": "BUILD_GENERAL1_SMALL",
        },
        serviceRole="arn:aws:iam::123456789012:role/shop-build",
    )


def _run(lab: Lab) -> Note:
    client = clients.client("codebuild", REGION)
    started = client.start_build(projectName=PROJECT)["build"]["id"]
    while not (found := client.batch_get_builds(ids=[started])["builds"][0])["buildComplete"]:
        lab.clock.advance(seconds=10)
    where = found["logs"]
    events = clients.client("logs", REGION).get_log_events(
        logGroupName=where["groupName"], logStreamName=where["streamName"], startFromHead=True
    )["events"]
    lines = [each["message"].rstrip() for each in events]
    said = [line for line in lines if not line.startswith("[Container]")]
    return Note("Build", found["buildStatus"], "\n".join(filter(None, said)))
