"""Where the artifacts of an execution are: which bucket, which key, in which region."""

from __future__ import annotations

import hashlib
import string

from offline_aws import clients
from offline_aws.codepipeline.execution import Execution
from offline_aws.codepipeline.line import Course
from offline_aws.codepipeline.provider import Artifact
from offline_aws.codepipeline.store import Shape

# The folder names of an artifact store are cut to these lengths, as AWS's are.
_PIPELINE, _ARTIFACT, _NAME = 20, 10, 7
_LETTERS = string.ascii_letters + string.digits


def bucket_in(declaration: Shape, region: str) -> str:
    """Return the artifact bucket of a pipeline for a region, "" where it has none."""
    if "artifactStores" in declaration:
        store = declaration["artifactStores"].get(region, {})
    else:
        store = declaration.get("artifactStore", {})
    return str(store.get("location", ""))


def outputs_of(course: Course, action: Shape, region: str) -> dict[str, Artifact]:
    """Return new places for the output artifacts of an action, by name."""
    execution = course.execution
    bucket = bucket_in(execution.declaration, region)
    places = {}
    for output in action.get("outputArtifacts") or ():
        name = output["name"]
        folder = f"{course.line.pipeline.name[:_PIPELINE]}/{name[:_ARTIFACT]}"
        places[name] = Artifact(name, bucket, f"{folder}/{_letters(course.new_id())}.zip")
    return places


def inputs_of(execution: Execution, action: Shape, region: str, home: str) -> dict[str, Artifact]:
    """Return the input artifacts of an action, by name, in its region's bucket.

    An artifact of another region is copied first, as CodePipeline does. Raises ``ClientError``
    and ``KeyError``.
    """
    bucket = bucket_in(execution.declaration, region)
    found = {}
    for given in action.get("inputArtifacts") or ():
        artifact = execution.artifacts[given["name"]]
        if bucket and artifact.bucket != bucket:
            artifact = _copied(artifact, bucket, region, home)
        found[artifact.name] = artifact
    return found


def _copied(artifact: Artifact, bucket: str, region: str, home: str) -> Artifact:
    source = clients.client("s3", home)
    data = source.get_object(Bucket=artifact.bucket, Key=artifact.key)["Body"].read()
    target = clients.client("s3", region)
    target.put_object(Bucket=bucket, Key=artifact.key, Body=data)
    return Artifact(artifact.name, bucket, artifact.key)


def _letters(seed: str) -> str:
    digest = hashlib.sha256(seed.encode()).digest()
    return "".join(_LETTERS[byte % len(_LETTERS)] for byte in digest[:_NAME])
