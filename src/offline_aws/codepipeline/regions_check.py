"""Where a pipeline's actions run and its artifacts lie, with AWS's messages."""

from __future__ import annotations

from functools import cache

import boto3
from botocore.exceptions import ClientError

from offline_aws import clients
from offline_aws.codepipeline.checks import invalid
from offline_aws.codepipeline.declarations import actions_of
from offline_aws.codepipeline.store import Shape
from offline_aws.errors import AwsError
from offline_aws.operations import Call

_STORES = "such as an artifact bucket, for each region where you have an action."


def check(call: Call, declaration: Shape) -> None:
    """Refuse a pipeline without an artifact store wherever it runs.

    Raises ``ValidationException``, ``InvalidActionDeclarationException`` and, for a bucket of
    ``artifactStores`` that there is not, ``InvalidStructureException``.
    """
    if ("artifactStore" in declaration) == ("artifactStores" in declaration):
        raise invalid(
            "You must include either 'pipeline.artifactStore' or 'pipeline.artifactStores' in "
            "your pipeline, but you cannot use both."
        )
    regions = _regions_of_actions(call, declaration)
    if "artifactStore" in declaration:
        if regions - {call.region}:
            raise invalid(
                "Your pipeline contains actions in more than one region. Use "
                "'pipeline.artifactStores' instead of 'pipeline.artifactStore' to declare an "
                f"artifact store, {_STORES}"
            )
    else:
        _check_stores(call, declaration["artifactStores"], regions)


def _regions_of_actions(call: Call, declaration: Shape) -> set[str]:
    regions = {call.region}
    for _, action in actions_of(declaration):
        region = action.get("region", call.region)
        _check_region(region, f"the action '{action['name']}'")
        kind = action["actionTypeId"]
        if region != call.region and (kind["category"] == "Source" or kind["owner"] != "AWS"):
            raise AwsError(
                "InvalidActionDeclarationException",
                f"Action '{action['name']}' cannot run in region '{region}'. Source actions and "
                "actions of third-party and custom providers run in the region of the pipeline.",
            )
        regions.add(region)
    return regions


def _check_stores(call: Call, stores: Shape, regions: set[str]) -> None:
    for region in stores:
        _check_region(region, "'pipeline.artifactStores'")
    missing = ", ".join(sorted(regions - stores.keys()))
    if missing:
        raise invalid(
            f"Your pipeline must have an artifact store, {_STORES} The following region is "
            f"missing in 'pipeline.artifactStores': {missing}."
        )
    for region, store in stores.items():
        _check_bucket(region, store["location"])


def _check_bucket(region: str, bucket: str) -> None:
    try:
        clients.client("s3", region).head_bucket(Bucket=bucket)
    except ClientError:
        raise AwsError(
            "InvalidStructureException",
            f"An error occurred while validating the artifact bucket '{bucket}': No bucket with "
            f"the name {bucket} was found. Choose a valid artifact bucket in '{region}', or create "
            "a new artifact bucket to use in your pipeline.",
        ) from None


def _check_region(region: str, where: str) -> None:
    if region not in _regions():
        raise invalid(f"The region {region} specified in {where} is not a valid AWS Region.")


@cache
def _regions() -> frozenset[str]:
    session = boto3.session.Session()
    partitions = session.get_available_partitions()
    return frozenset(
        region
        for partition in partitions
        for region in session.get_available_regions("codepipeline", partition)
    )
