"""The exercise on servers: one of three is not like its sisters."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

from devops_workbook.chapters.safe_deployments.account import GROUP, chapter
from devops_workbook.chapters.safe_deployments.operate import deployments, finish, joined
from devops_workbook.checks import require
from devops_workbook.exercise import NotStarted
from devops_workbook.lab import REGION, Lab
from offline_aws import clients

APPLICATION, BUCKET = "orders-servers", "shop-releases"
OLD, NEW, COUNT = "1.4.0", "1.4.1", 3
_IMAGE = "ami-12c6146b"
_TAG = {"Key": "service", "Value": "orders"}
_ROLE = "arn:aws:iam::123456789012:role/shop-deploy"
_HOTFIX, _CRON = "srv/orders/vouchers.py", "etc/cron.d/restart-orders"

_BY_HAND = "DISCOUNT = 0  # vouchers off, Friday 23:40\n"

_APPSPEC = """version: 0.0
os: linux
files:
  - source: orders
    destination: /srv/orders
hooks:
  ValidateService:
    - location: validate.sh
      timeout: 60
"""
_VALIDATE = """#!/bin/sh
echo "this is orders $(cat "$INSTANCE_ROOT/srv/orders/VERSION")"
test -s "$INSTANCE_ROOT/srv/orders/service.py"
"""


def arrange_servers(lab: Lab) -> None:
    """Three servers with 1.4.0, one of them changed by hand, and 1.4.1 in the bucket."""
    s3 = clients.client("s3", REGION)
    s3.create_bucket(Bucket=BUCKET)
    for version in (OLD, NEW):
        s3.put_object(Bucket=BUCKET, Key=_key(version), Body=_bundle(version))
    launch(COUNT)
    codedeploy = clients.client("codedeploy", REGION)
    codedeploy.create_application(applicationName=APPLICATION, computePlatform="Server")
    codedeploy.create_deployment_group(
        applicationName=APPLICATION,
        deploymentGroupName=GROUP,
        serviceRoleArn=_ROLE,
        deploymentConfigName="CodeDeployDefault.OneAtATime",
        ec2TagFilters=[{**_TAG, "Type": "KEY_AND_VALUE"}],
    )
    finish(lab.clock, deploy_to_servers(OLD))
    # CodeDeploy takes them in the order of their ids. A failure of the last one would be forgiven.
    root = root_of(lab, sorted(servers())[1])
    for path, text in (
        (_HOTFIX, _BY_HAND),
        (_CRON, "0 * * * * root systemctl restart orders\n"),
    ):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")


def launch(count: int = 1) -> list[str]:
    """Start servers of the usual image with the tag of the deployment group; return their ids."""
    found = clients.client("ec2", REGION).run_instances(
        ImageId=_IMAGE,
        InstanceType="t3.small",
        MinCount=count,
        MaxCount=count,
        TagSpecifications=[{"ResourceType": "instance", "Tags": [_TAG]}],
    )
    return [each["InstanceId"] for each in found["Instances"]]


def servers() -> list[str]:
    """Return the ids of the servers that run, in the order in which they were started."""
    found = clients.client("ec2", REGION).describe_instances(
        Filters=[
            {"Name": "tag:service", "Values": ["orders"]},
            {"Name": "instance-state-name", "Values": ["pending", "running"]},
        ]
    )
    return [each["InstanceId"] for group in found["Reservations"] for each in group["Instances"]]


def deploy_to_servers(version: str, **more: Any) -> str:
    """Deploy a version to the servers, in place and one at a time; return the deployment's id.

    ``more`` are further parameters of CreateDeployment.
    """
    found = clients.client("codedeploy", REGION).create_deployment(
        applicationName=APPLICATION,
        deploymentGroupName=GROUP,
        revision={
            "revisionType": "S3",
            "s3Location": {"bucket": BUCKET, "key": _key(version), "bundleType": "zip"},
        },
        description=f"orders {version}",
        **more,
    )
    return str(found["deploymentId"])


def files_on(lab: Lab, instance: str) -> dict[str, str]:
    """Return the files of a server, their texts by path, as one would see them after a log-in."""
    root = root_of(lab, instance)
    return {
        f"/{path.relative_to(root).as_posix()}": path.read_text(encoding="utf-8", errors="replace")
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


def root_of(lab: Lab, instance: str) -> Path:
    """Return the folder that is a server's file system."""
    return lab.aws.folder / "codedeploy" / "123456789012" / "us-east-1" / instance / "root"


@chapter.exercise(
    "drift",
    title="One server is not like its sisters",
    minutes=8,
    hints=(
        "The player shows the targets. batch_get_deployment_targets has for each of them the "
        "lifecycle events with their diagnostics.",
        "files_on(lab, instance) for each of servers(): which paths are on one alone?",
        "ec2.terminate_instances takes the odd one away, launch() brings a new one with the tag. "
        f'Then deploy_to_servers("{NEW}") and finish it.',
    ),
    arrange=arrange_servers,
)
def check_drift(lab: Lab, answer: Any) -> str:
    """Three servers run, all with the same files, and the files are those of the new version."""
    running = servers()
    files = {each: files_on(lab, each) for each in running}
    if len(running) == COUNT and any(
        each.get(f"/{_HOTFIX}") == _BY_HAND for each in files.values()
    ):
        raise NotStarted(f"The three servers are as they were, and not all of them run {NEW}.")
    require(
        len(running) == COUNT,
        f"{len(running)} servers run. The shop needs {COUNT}: what goes has to be replaced.",
    )
    for each in running:
        version = _version(files[each])
        require(version, f"{each} runs, and nothing was ever deployed to it.")
        require(version == NEW, f"{each} still runs {version}.")
    every = {path for found in files.values() for path in found}
    for path in sorted(every):
        holders = [each for each in running if path in files[each]]
        require(
            len(holders) == COUNT,
            f"{path} is on {joined(holders)} alone. {NEW} is everywhere now, and still the servers "
            "are not the same: what else was done there by hand?",
        )
        require(
            len({files[each][path] for each in running}) == 1,
            f"The servers have different texts in {path}.",
        )
    last = deployments(APPLICATION)[-1]
    require(
        last["status"] == "Succeeded",
        f"The servers are alike, and the last deployment, {last['deploymentId']}, is "
        f"{last['status']}: what runs there was put there by hand. Deploy {NEW} once more.",
    )
    return (
        f"{COUNT} servers, {len(every)} files on each, all alike. Nothing is left of what was "
        "changed by hand."
    )


def _version(files: dict[str, str]) -> str:
    return files.get("/srv/orders/VERSION", "").strip()


def _key(version: str) -> str:
    return f"orders-{version}.zip"


def _bundle(version: str) -> bytes:
    files = {
        "appspec.yml": _APPSPEC,
        "validate.sh": _VALIDATE,
        "orders/VERSION": f"{version}\n",
        "orders/service.py": f"print('orders {version}')\n",
    }
    if version == NEW:
        files["orders/vouchers.py"] = "DISCOUNT = 10  # percent\n"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 1, 5, 9, 0, 0)), text)
    return buffer.getvalue()
