"""Instances with tags, bundles in S3, and an application for them."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from deploy_lab import DeployLab

from offline_aws import OfflineAWS
from offline_aws.clients import client

WEB = {"Key": "Name", "Value": "web", "Type": "KEY_AND_VALUE"}
FILES = "files:\n  - source: /\n    destination: /srv/shop\n"


def appspec(files: str = FILES, **hooks: str) -> str:
    """Return an AppSpec; a hook is the location of its script, with more after a comma."""
    text = f"version: 0.0\nos: linux\n{files}"
    if hooks:
        text += "hooks:\n"
    for event, given in hooks.items():
        location, _, timeout = given.partition(",")
        more = f"      timeout: {timeout}\n" if timeout else ""
        text += f"  {event}:\n    - location: {location}\n{more}      runas: root\n"
    return text


def zipped(files: Mapping[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def tarred(files: Mapping[str, str], mode: str) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:  # type: ignore[call-overload]
        for name, text in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(text.encode())
            archive.addfile(info, io.BytesIO(text.encode()))
    return buffer.getvalue()


class ServerLab(DeployLab):
    """The bucket is named bundles; instances with the tag Name=web belong to the group prod."""

    def __init__(self, aws: OfflineAWS) -> None:
        super().__init__(aws)
        self.ec2, self.s3 = client("ec2", "us-east-1"), client("s3", "us-east-1")
        self.s3.create_bucket(Bucket="bundles")
        self.application("Server")

    def instances(self, count: int = 1, name: str = "web") -> list[str]:
        """Start instances; return their ids, sorted as CodeDeploy takes them."""
        made = self.ec2.run_instances(
            ImageId="ami-12c6146b",
            MinCount=count,
            MaxCount=count,
            TagSpecifications=[
                {"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": name}]}
            ],
        )
        return sorted(each["InstanceId"] for each in made["Instances"])

    def group_of(self, config: str = "AllAtOnce", **more: Any) -> str:
        settings = {"ec2TagFilters": [WEB], "deploymentConfigName": f"CodeDeployDefault.{config}"}
        return self.group(**(settings | more))

    def bundle(self, spec: str, key: str = "shop.zip", **files: str) -> dict[str, Any]:
        """Put a bundle; return its revision. In the names of files two underscores are a slash."""
        texts = {"appspec.yml": spec}
        texts |= {name.replace("__", "/") + ".sh": text for name, text in files.items()}
        return self.bundle_of(texts, key)

    def bundle_of(self, texts: Mapping[str, str], key: str = "shop.zip") -> dict[str, Any]:
        kind = key.rpartition(".")[2]
        data = zipped(texts) if kind == "zip" else tarred(texts, {"tar": "w"}.get(kind, "w:gz"))
        self.s3.put_object(Bucket="bundles", Key=key, Body=data)
        place = {"bucket": "bundles", "key": key, "bundleType": kind}
        return {"revisionType": "S3", "s3Location": place}

    def root(self, instance: str) -> Path:
        """Return the folder that is an instance's file system."""
        return self.aws.folder / "codedeploy" / "123456789012" / "us-east-1" / instance / "root"

    def on(self, deployment: str, instance: str) -> dict[str, Any]:
        """Return what a deployment did to an instance."""
        found = self.client.get_deployment_target(deploymentId=deployment, targetId=instance)
        target: dict[str, Any] = found["deploymentTarget"]["instanceTarget"]
        return target

    def event(self, deployment: str, instance: str, name: str) -> dict[str, Any]:
        events = self.on(deployment, instance)["lifecycleEvents"]
        return next(each for each in events if each["lifecycleEventName"] == name)

    def statuses(self, deployment: str) -> list[str]:
        """Return how the deployment to each instance stands, in the order of their ids."""
        ids = self.client.list_deployment_targets(deploymentId=deployment)["targetIds"]
        return [self.on(deployment, each)["status"] for each in sorted(ids)]
