"""Where actions run and artifacts lie: what AWS refuses."""

from __future__ import annotations

import pytest
from declared import Refused, Shape, approval, deploy, of_stages, pipeline, s3_source, stage

STRUCTURE = "InvalidStructureException"
ACTION = "InvalidActionDeclarationException"
INVALID = "ValidationException"
STORE = {"type": "S3", "location": "artifacts"}
BETA = stage("Beta", approval())


BROKEN: dict[str, tuple[Shape, str, str]] = {
    "no artifact store": (
        {k: v for k, v in pipeline().items() if k != "artifactStore"},
        INVALID,
        "You must include either 'pipeline.artifactStore' or 'pipeline.artifactStores' in your "
        "pipeline, but you cannot use both.",
    ),
    "both artifact stores": (
        pipeline(artifactStores={"us-east-1": STORE}),
        INVALID,
        "You must include either 'pipeline.artifactStore' or 'pipeline.artifactStores' in your "
        "pipeline, but you cannot use both.",
    ),
    "one store for two regions": (
        pipeline(stage("Beta", deploy(region="eu-west-1"))),
        INVALID,
        "Your pipeline contains actions in more than one region. Use 'pipeline.artifactStores' "
        "instead of 'pipeline.artifactStore' to declare an artifact store, such as an artifact "
        "bucket, for each region where you have an action.",
    ),
    "a region of nobody": (
        pipeline(stage("Beta", deploy(region="mars-1"))),
        INVALID,
        "The region mars-1 specified in the action 'Deploy' is not a valid AWS Region.",
    ),
    "a source far away": (
        of_stages(stage("Source", s3_source(region="eu-west-1")), BETA),
        ACTION,
        "Action 'Source' cannot run in region 'eu-west-1'. Source actions and actions of "
        "third-party and custom providers run in the region of the pipeline.",
    ),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_rule_gives_its_message(refused: Refused, what: str) -> None:
    declaration, code, message = BROKEN[what]
    assert refused(declaration) == (code, message)


def test_each_region_needs_its_store(refused: Refused) -> None:
    far = pipeline(stage("Beta", deploy(region="eu-west-1")))
    del far["artifactStore"]
    stores = {**far, "artifactStores": {"us-east-1": STORE}}
    assert refused(stores) == (
        INVALID,
        "Your pipeline must have an artifact store, such as an artifact bucket, for each region "
        "where you have an action. The following region is missing in 'pipeline.artifactStores': "
        "eu-west-1.",
    )
    both = {"eu-west-1": {"type": "S3", "location": "far-artifacts"}, "us-east-1": STORE}
    assert refused({**far, "artifactStores": both}) == (
        STRUCTURE,
        "An error occurred while validating the artifact bucket 'far-artifacts': No bucket with "
        "the name far-artifacts was found. Choose a valid artifact bucket in 'eu-west-1', or "
        "create a new artifact bucket to use in your pipeline.",
    )
