"""The chapter, and the account it begins with: an image, roles and a secret, and nothing runs."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from devops_workbook.exercise import Chapter, SetupMissing
from devops_workbook.lab import REGION, Lab
from devops_workbook.shop.processes import provide
from offline_aws import ClockError, clients

chapter = Chapter(
    "running-containers",
    "Running containers",
    minutes=80,
    leave_out=("upgrade", "fargate-month", "pod-limits", "run-time-secret"),
)

REPOSITORY, SECRET = "orders", "shop/orders/database"
#: The versions that are in the repository; 1.7.0 waits for ever for a table that is not there.
TAGS = ("1.4.0", "1.4.1", "1.5.1", "1.7.0")
CLUSTER, SERVICE = "shop", "orders"
PORT = 8080
#: Who may take on each role.
ROLES = {
    "shop-eks": "eks.amazonaws.com",
    "shop-nodes": "ec2.amazonaws.com",
    "shop-execution": "ecs-tasks.amazonaws.com",
    "shop-infrastructure": "ecs.amazonaws.com",
    "shop-orders": "ecs-tasks.amazonaws.com",
    "shop-pull": "build.apprunner.amazonaws.com",
}
_WORDS = ("correct", "horse", "7")


@chapter.scenario
def scenario(lab: Lab) -> None:
    """Put the images, the roles and the database's password into the account."""
    provide(lab.aws)
    push_images()
    iam = clients.client("iam", REGION)
    for name, service in ROLES.items():
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": service},
            "Action": "sts:AssumeRole",
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy)
    clients.client("secretsmanager", REGION).create_secret(
        Name=SECRET, SecretString="-".join(_WORDS)
    )


def push_images() -> None:
    """Push an image for each version.

    What a container of it does, the shop's own model says: the images hold nothing but their name.
    How real ones are built is chapter 08.
    """
    ecr = clients.client("ecr", REGION)
    ecr.create_repository(repositoryName=REPOSITORY)
    for tag in TAGS:
        manifest = {
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.index.v1+json",
            "manifests": [],
            "annotations": {"org.opencontainers.image.version": tag},
        }
        ecr.put_image(repositoryName=REPOSITORY, imageManifest=json.dumps(manifest), imageTag=tag)


def image(tag: str) -> str:
    """Return the name of an image of ``orders`` in the account's registry."""
    return f"123456789012.dkr.ecr.us-east-1.amazonaws.com/{REPOSITORY}:{tag}"


def version_of(reference: str) -> str:
    """Return the version that the name of an image means, by its tag or by its digest.

    Of another image than ``orders``, and of one that ECR has not, it is the name itself.
    """
    name, _, digest = reference.partition("@")
    start = image("")
    if not digest:
        return name.removeprefix(start)
    if name.partition(":")[0] != start[:-1]:
        return reference
    ecr = clients.client("ecr", REGION)
    try:
        [found] = ecr.describe_images(
            repositoryName=REPOSITORY, imageIds=[{"imageDigest": digest}]
        )["imageDetails"]
    except ecr.exceptions.ClientError:
        return reference
    return next((tag for tag in found.get("imageTags", ()) if tag in TAGS), reference)


def main_container(containers: list[Any]) -> Any:
    """Return the container of the service itself, which may have others beside it."""
    ours = [each for each in containers if f"/{REPOSITORY}" in each["image"]]
    return (ours or containers)[0]


def role(name: str) -> str:
    """Return the ARN of one of the account's roles."""
    return f"arn:aws:iam::123456789012:role/{name}"


def secret_arn() -> str:
    """Return the ARN of the secret with the database's password."""
    client = clients.client("secretsmanager", REGION)
    return str(client.describe_secret(SecretId=SECRET)["ARN"])


def password() -> str:
    """Return the database's password, to look for where it should not be."""
    client = clients.client("secretsmanager", REGION)
    return str(client.get_secret_value(SecretId=SECRET)["SecretString"])


def network() -> tuple[str, list[str]]:
    """Return the account's VPC and two subnets of it, in two zones."""
    found: Any = clients.client("ec2", REGION).describe_subnets()["Subnets"]
    return found[0]["VpcId"], [each["SubnetId"] for each in found[:2]]


def wait(lab: Lab, done: Callable[[], object], minutes: float = 60) -> bool:
    """Move the lab's clock until something is so; return whether it came in time."""
    try:
        lab.clock.advance_until(done, timedelta(minutes=minutes))
    except ClockError:
        return False
    return True


def there(what: Any, key: str, name: str) -> Any:
    """Return what an exercise begins with. Raises ``SetupMissing`` where it is gone."""
    if not what:
        raise SetupMissing(f'{name} is not there. `lab.catch_up("{key}")` brings it back.')
    return what
