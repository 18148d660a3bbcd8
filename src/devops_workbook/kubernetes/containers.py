"""What a container of a pod gets when it starts: its image, and the values it refers to."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from devops_workbook.kubernetes.objects import Pod, Run, Shape
from offline_aws.workloads import Container

_ECR = re.compile(
    r"(?P<account>\d{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com/"
    r"(?P<name>[^:@]+)(?::(?P<tag>[^@]+))?(?:@(?P<digest>.+))?"
)
#: Returns an object of a namespace, None where there is none.
Find = Callable[[str, str, str], Shape | None]


class CannotStart(Exception):
    """A container cannot be started: kubectl's status of it, and why."""

    def __init__(self, status: str, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


def container_of(pod: Pod, run: Run, ecr: Any, find: Find) -> Container:
    """Return what is about to run. Raises ``CannotStart``.

    An image in ECR has to be there; one in another registry is taken to be.
    """
    image = str(run.spec["image"])
    return Container(
        image=image,
        environment=_environment(pod, run, find),
        name=run.name,
        command=(*(run.spec.get("command") or ()), *(run.spec.get("args") or ())),
        tags=_tags(image, ecr),
    )


def _tags(image: str, ecr: Any) -> tuple[str, ...]:
    found = _ECR.fullmatch(image)
    if not found:
        return ()
    key = {"imageDigest": found["digest"]} if found["digest"] else {}
    key = key or {"imageTag": found["tag"] or "latest"}
    try:
        (known,) = ecr.describe_images(
            registryId=found["account"], repositoryName=found["name"], imageIds=[key]
        )["imageDetails"]
    except ClientError:
        text = (
            f'Failed to pull image "{image}": rpc error: code = NotFound desc = {image}: not found'
        )
        raise CannotStart("ErrImagePull", text) from None
    return tuple(known.get("imageTags", ()))


def _environment(pod: Pod, run: Run, find: Find) -> dict[str, str]:
    values: dict[str, str] = {}
    for each in run.spec.get("envFrom") or []:
        for kind, member in (("ConfigMap", "configMapRef"), ("Secret", "secretRef")):
            if reference := each.get(member):
                data = _data(pod, kind, reference, find)
                values |= {f"{each.get('prefix') or ''}{name}": data[name] for name in data}
    for each in run.spec.get("env") or []:
        values[each["name"]] = _value(pod, each, find)
    return values


def _value(pod: Pod, variable: Shape, find: Find) -> str:
    source = variable.get("valueFrom") or {}
    for kind, member in (("ConfigMap", "configMapKeyRef"), ("Secret", "secretKeyRef")):
        if reference := source.get(member):
            data = _data(pod, kind, reference, find)
            if reference["key"] in data:
                return data[reference["key"]]
            if not reference.get("optional"):
                where = f"{kind} {pod.namespace}/{reference['name']}"
                text = f"couldn't find key {reference['key']} in {where}"
                raise CannotStart("CreateContainerConfigError", text)
    return str(variable.get("value") or "")


def _data(pod: Pod, kind: str, reference: Shape, find: Find) -> dict[str, str]:
    found = find(kind, pod.namespace, reference["name"])
    if found is None:
        if reference.get("optional"):
            return {}
        text = f'{kind.lower()} "{reference["name"]}" not found'
        raise CannotStart("CreateContainerConfigError", text)
    data = dict(found.get("data") or {})
    if kind == "Secret":
        data = {name: base64.b64decode(value).decode() for name, value in data.items()}
        data |= found.get("stringData") or {}
    return data
