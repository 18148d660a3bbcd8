"""The images that AWS offers in EC2: there when somebody asks for them.

moto makes all 1,300 of a region, with a snapshot each, in every account that uses EC2: a second,
for the sake of the one image that an instance begins with.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from contextlib import ExitStack
from functools import cache
from typing import Any
from unittest.mock import patch

from moto.core.parse import default_timestamp_parser
from moto.utilities.utils import load_resource

#: The services of moto whose own code uses the account's EC2: one of them may be its first user.
USERS_OF_EC2 = frozenset(
    [
        *("autoscaling", "batch", "ds", "ebs", "ec2", "ecs", "efs", "eks", "elasticache", "elb"),
        *("elbv2", "emr", "memorydb", "osis", "rds", "redshift", "resourcegroupstaggingapi"),
        *("route53resolver", "ssm", "workspaces"),
    ]
)
_OF_A_REGION = ("latest_amis", "ecs/optimized_amis")


class OfferedImages(dict[str, Any]):
    """The images of a backend by id; one that AWS offers is made when it is looked for."""

    def __init__(self, backend: Any) -> None:
        super().__init__()
        self._backend = backend
        self._offered = dict(_catalogue(backend.region_name))

    def __contains__(self, image_id: object) -> bool:
        self.make([image_id])
        return super().__contains__(image_id)

    def __missing__(self, image_id: str) -> Any:
        if image_id not in self:
            raise KeyError(image_id)
        return self[image_id]

    def make(self, image_ids: Iterable[object]) -> None:
        """Make those of the images that AWS offers and that were not made before."""
        model = importlib.import_module("moto.ec2.models.amis").Ami
        for image_id in image_ids:
            known = self._offered.pop(str(image_id), None)
            if known is not None:
                self[str(image_id)] = model(self._backend, **known)

    def make_all(self) -> None:
        """Make every image that AWS offers; in a list they come before the account's own."""
        self.make(tuple(self._offered))
        places = {image_id: place for place, image_id in enumerate(_catalogue(self._region))}
        ordered = sorted(self.items(), key=lambda item: places.get(item[0], len(places)))
        self.clear()
        self.update(ordered)

    @property
    def _region(self) -> str:
        return str(self._backend.region_name)


def images_on_demand() -> ExitStack:
    """Return a patch of EC2 that makes an image of AWS at the first call that is about it.

    A list of images, or of snapshots, has all of them.
    """
    amis = importlib.import_module("moto.ec2.models.amis").AmiBackend
    snapshots = importlib.import_module("moto.ec2.models.elastic_block_store").EBSBackend
    describe_images, describe_snapshots = amis.describe_images, snapshots.describe_snapshots

    def load(self: Any) -> None:
        self.amis = OfferedImages(self)

    def images(self: Any, ami_ids: Any = None, filters: Any = None, **more: Any) -> Any:
        asked = ami_ids or (filters or {}).get("image-id")
        if asked:
            self.amis.make([asked] if isinstance(asked, str) else asked)
        else:
            self.amis.make_all()
        return describe_images(self, ami_ids, filters, **more)

    def of_images(self: Any, snapshot_ids: Any = None, filters: Any = None) -> Any:
        if not snapshot_ids:
            self.amis.make_all()
        return describe_snapshots(self, snapshot_ids, filters)

    with ExitStack() as stack:
        stack.enter_context(patch.object(amis, "_load_amis", load))
        stack.enter_context(patch.object(amis, "describe_images", images))
        stack.enter_context(patch.object(snapshots, "describe_snapshots", of_images))
        return stack.pop_all()


@cache
def _catalogue(region: str) -> dict[str, dict[str, Any]]:
    """Return what AWS offers in a region, by id, in moto's order; read once a process."""
    offered = [*importlib.import_module("moto.ec2.models.amis").AMIS]
    for folder in _OF_A_REGION:
        try:
            offered += load_resource(f"ec2/resources/{folder}/{region}.json")
        except FileNotFoundError:
            continue  # a region that moto knows no images of
    return {each["ami_id"]: _settings(each) for each in offered}


def _settings(image: dict[str, Any]) -> dict[str, Any]:
    made = image.get("creation_date")
    when = default_timestamp_parser(made) if isinstance(made, str) else made
    return {**image, "owner_alias": "amazon", "creation_date": when}
