"""ECR with layers, digests, lifecycle policies and scans that behave, on the lab's clock.

Repositories, their settings and policies of access, tags and the registry's settings are moto's.
The http server answers the OCI distribution protocol: any client pushes to and pulls from it.

Faithful (Amazon ECR User Guide and API model):
    uploads of layers in parts, checked by their digests; manifests of Docker and OCI, manifest
    lists, artifacts with a subject; digests of the manifests' own bytes; tags that move, and that
    do not (IMMUTABLE, and both ..._WITH_EXCLUSION); lists and descriptions with filters and pages;
    lifecycle policies: priorities, shielding by a higher rule, patterns and prefixes, counts, ages
    since push, pull and transition, storage classes and transitions, manifest lists that keep their
    images, artifacts that follow their subject; previews with states, filters, summary and pages;
    archiving and restoring; one basic scan of an image in 24 hours; passwords for 12 hours; the
    events ECR Image Action and ECR Image Scan, and CloudTrail's PolicyExecutionEvent; the waiters.

Simplified:
    lab time: fixed, short amounts for ECR's own work (``durations.py``). A policy runs 6 hours
    after it was put and every 24 hours from then on. A preview is of the images at its start and is
    kept for a day. Two rules of a policy have the same tags when their lists are equal. An age is
    passed when it is more than the days, to the second. sinceImagePulled is accepted with the
    action expire, of which AWS's documentation does not speak. A scan reads the layers for the
    databases of dpkg, and of Python's, Node's and Java's packages, where AWS's basic scan knows the
    system's packages alone; it compares them with a small table of well-known vulnerabilities, of
    1 December 2025: what it does not find may be there. Layers that no image has stay until the
    repository goes. The address of GetDownloadUrlForLayer opens in this process alone. Replication
    is recorded and told of; nothing is copied. Some sentences of refusals are our own, where AWS
    documents the rule and not the words.

Absent: pull-through cache rules, repository creation templates, enhanced scanning by Amazon
    Inspector, image signing by ECR, pull-time exclusions, replication of what was there before;
    registries of other accounts; ECR Public.
"""

from __future__ import annotations

from offline_aws.ecr import (
    authorization,
    descriptions,
    images,
    layers,
    lifecycle,
    previews,
    replication,
    repositories,
    scans,
    storage_classes,
)

__all__ = [
    "authorization",
    "descriptions",
    "images",
    "layers",
    "lifecycle",
    "previews",
    "replication",
    "repositories",
    "scans",
    "storage_classes",
]
