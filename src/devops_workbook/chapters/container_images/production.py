"""The break/fix: a policy that deletes the image that production runs."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from devops_workbook.chapters.container_images.account import chapter, client_of
from devops_workbook.chapters.container_images.past import Push, record
from devops_workbook.chapters.container_images.working_folder import small_image
from devops_workbook.checks import require
from devops_workbook.display import Table
from devops_workbook.exercise import NotStarted, NotYet, SetupMissing
from devops_workbook.images import Image
from devops_workbook.lab import Lab
from offline_aws.ecr.lifecycle_policy import read
from offline_aws.ecr.lifecycle_rules import Candidate, decide

SERVICE, RELEASE = "payments", "3.2.0"
#: What is released some day, and should not meet the same fate.
_NEXT = "3.3.0"
_RELEASED, _BUILDS, _KEPT, _COUNT = 100, 110, 100, 4
_BAD = {
    "rules": [
        {
            "rulePriority": 1,
            "description": "Keep the last hundred images",
            "selection": {
                "tagStatus": "any",
                "countType": "imageCountMoreThan",
                "countNumber": _KEPT,
            },
            "action": {"type": "expire"},
        }
    ]
}


def built(version: str) -> Image:
    """Build a version of the payments service from its commit, in the same build as then."""
    return small_image(SERVICE, version)


def arrange_production(lab: Lab) -> None:
    """A service that runs an old release, a policy that took its image, and four tasks wanted."""
    ecr, now = client_of("ecr"), lab.clock.now()
    uri = ecr.create_repository(repositoryName=SERVICE)["repository"]["repositoryUri"]
    image = built(RELEASE)
    _record_release(lab, image)
    every = timedelta(days=_RELEASED) / (_BUILDS + 1)
    begin = now - timedelta(days=_RELEASED)
    record(
        lab,
        SERVICE,
        [Push(begin + (n + 1) * every, f"b{n}", f"main-b{n}") for n in range(_BUILDS)],
        small_image(SERVICE, "main"),
    )
    _run_service(f"{uri}:{RELEASE}")
    ecr.put_lifecycle_policy(repositoryName=SERVICE, lifecyclePolicyText=json.dumps(_BAD, indent=2))
    lab.clock.advance(days=1)
    client_of("ecs").update_service(cluster="shop", service=SERVICE, desiredCount=_COUNT)
    lab.clock.advance(minutes=10)


def _record_release(lab: Lab, image: Image) -> None:
    from devops_workbook.images import upload

    upload(client_of("ecr"), SERVICE, image)
    lab.aws.record_pushes(
        SERVICE,
        [
            {
                "pushedAt": lab.clock.now() - timedelta(days=_RELEASED),
                "imageTag": RELEASE,
                "imageManifest": image.manifest.decode(),
            }
        ],
    )


def _run_service(image: str) -> None:
    ecs = client_of("ecs")
    ecs.create_cluster(clusterName="shop")
    ecs.register_task_definition(
        family=SERVICE,
        requiresCompatibilities=["FARGATE"],
        networkMode="awsvpc",
        cpu="256",
        memory="512",
        containerDefinitions=[{"name": SERVICE, "image": image}],
    )
    subnet = client_of("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
    ecs.create_service(
        cluster="shop",
        serviceName=SERVICE,
        taskDefinition=SERVICE,
        desiredCount=2,
        launchType="FARGATE",
        networkConfiguration={"awsvpcConfiguration": {"subnets": [subnet]}},
    )
    ecs.get_waiter("services_stable").wait(cluster="shop", services=[SERVICE])


def service() -> dict[str, Any]:
    """Return the service as ECS describes it."""
    (found,) = client_of("ecs").describe_services(cluster="shop", services=[SERVICE])["services"]
    return dict(found)


def running_digests() -> set[str]:
    """Return the digests of the images that production's tasks run."""
    ecs = client_of("ecs")
    tasks = ecs.list_tasks(cluster="shop", serviceName=SERVICE)["taskArns"]
    found = ecs.describe_tasks(cluster="shop", tasks=tasks)["tasks"] if tasks else []
    running = [each for each in found if each["lastStatus"] == "RUNNING"]
    return {c["imageDigest"] for each in running for c in each["containers"] if "imageDigest" in c}


def stopped_tasks() -> Table:
    """Return why the tasks that were started last have stopped, newest first."""
    ecs = client_of("ecs")
    arns = ecs.list_tasks(cluster="shop", desiredStatus="STOPPED")["taskArns"]
    found = ecs.describe_tasks(cluster="shop", tasks=arns[:100])["tasks"] if arns else []
    found = sorted(found, key=lambda each: each["stoppedAt"], reverse=True)[:3]
    rows = [(f"{each['stoppedAt']:%H:%M:%S}", each["stoppedReason"]) for each in found]
    return Table("The tasks that stopped last", ("Stopped", "Reason"), rows)


@chapter.exercise(
    "production",
    title="The image that production runs",
    minutes=7,
    kind="break/fix",
    hints=(
        "stopped_tasks() says what the new tasks lack. Look for it: describe_images of payments, "
        "and get_lifecycle_policy.",
        "running_digests() is what the two old tasks run. built('3.2.0') makes the same bytes "
        "again: compare the digests, and push it under its tag.",
        "Then a policy whose first rule selects releases, '*.*.*', and keeps some; the second may "
        "count the rest. Let half an hour pass: ECS waits longer after each failure.",
    ),
    arrange=arrange_production,
)
def check_production(lab: Lab, answer: Any) -> str:
    """The image is back, the same one; the policy spares it; four tasks run."""
    ecr = client_of("ecr")
    if SERVICE not in {e["repositoryName"] for e in ecr.describe_repositories()["repositories"]}:
        raise SetupMissing('There is no payments. `lab.catch_up("production")` brings it.')
    text = _policy(ecr)
    try:
        (image,) = ecr.describe_images(repositoryName=SERVICE, imageIds=[{"imageTag": RELEASE}])[
            "imageDetails"
        ]
    except ecr.exceptions.ImageNotFoundException:
        if text == json.dumps(_BAD, indent=2):
            raise NotStarted(f"{RELEASE} is gone, and the policy that took it is there.") from None
        raise NotYet(f"There is no image {SERVICE}:{RELEASE}. New tasks cannot start.") from None
    require(
        running_digests() <= {image["imageDigest"], built(RELEASE).digest}
        and image["imageDigest"] == built(RELEASE).digest,
        f"{RELEASE} is another image now than the one that runs: {image['imageDigest'][:19]}…",
    )
    require(text, "There is no policy at all now: the repository grows without an end.")
    _require_spared(lab, text)
    state = service()
    require(
        state["desiredCount"] == _COUNT,
        f"The service is asked for {state['desiredCount']} tasks now, and {_COUNT} are wanted: "
        "update_service takes a desiredCount.",
    )
    require(
        state["runningCount"] == _COUNT,
        f"{state['runningCount']} of {_COUNT} tasks run. Let some time pass.",
    )
    return f"{_COUNT} tasks run the same bytes as before, and no policy takes them away again."


def _policy(ecr: Any) -> str:
    try:
        return str(ecr.get_lifecycle_policy(repositoryName=SERVICE)["lifecyclePolicyText"])
    except ecr.exceptions.LifecyclePolicyNotFoundException:
        return ""


def _require_spared(lab: Lab, text: str) -> None:
    """Try a policy on the time in which nobody releases anything, and main goes on."""
    for release in (RELEASE, _NEXT):
        _require_kept(lab, text, release)


def _require_kept(lab: Lab, text: str, release: str) -> None:
    now = lab.clock.now()
    mine = Candidate("mine", (release,), now)
    for days, builds in ((60, 90), (1100, 1500)):
        later = now + timedelta(days=days)
        others = [
            Candidate(str(n), (f"main-{n}",), now + timedelta(days=days * n / builds), n + 1)
            for n in range(builds)
        ]
        gone = {each.image.digest for each in decide(read(text), [mine, *others], later)}
        require(
            "mine" not in gone,
            f"After {builds} more builds of main, in {days} days, this policy would take {release}"
            + (" once more." if release == RELEASE else ", released like 3.2.0, from production."),
        )
    require(gone, "This policy takes nothing: the repository grows without an end.")
