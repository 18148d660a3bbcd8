"""Make a deployment: by a request, or as the rollback of another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from offline_aws.codedeploy.config_catalogue import PREDEFINED, PREFIX
from offline_aws.codedeploy.deployment import Deployment
from offline_aws.codedeploy.revisions import known, used
from offline_aws.codedeploy.shapes import Shape
from offline_aws.codedeploy.store import Group, Store
from offline_aws.operations import Call

#: What moves a deployment along, by compute platform and, of Server, by type.
COURSES: dict[tuple[str, str], Callable[[Call, Group, Deployment], Any]] = {}

_NO_ROLLBACK: Shape = {"enabled": False, "events": []}


def make(
    call: Call,
    group: Group,
    revision: Shape,
    config: Shape,
    settings: Shape,
    creator: str = "user",
    undoes: Deployment | None = None,
) -> Deployment:
    """Return a new deployment of a group, not begun yet."""
    store, now = call.state(Store), call.clock.now()
    previous = group.last_successful
    made = Deployment(
        id=store.new_deployment_id(call),
        application=group.application.name,
        group=group.name,
        group_id=group.id,
        platform=group.application.platform,
        revision=revision,
        config=config,
        settings=settings,
        created=now,
        creator=creator,
        previous_revision=previous.revision if previous else None,
        undoes=undoes,
    )
    text = f"Application revision registered by Deployment ID: {made.id}"
    revision_known = known(call, group.application, revision, "")
    revision_known.description = revision_known.description or text
    used(revision_known, now)
    made.course = COURSES[made.platform, settings["deploymentStyle"]["deploymentType"]](
        call, group, made
    )
    store.deployments[made.id] = made
    group.deployments.append(made)
    group.last_attempted = made
    return made


def make_rollback(call: Call, group: Group, failed: Deployment) -> Deployment | None:
    """Return the deployment that undoes a failed one, or None if there is nothing to go back to.

    It deploys the last revision that was deployed with success. Traffic of Lambda and ECS, and of
    a blue/green deployment to instances, goes back to the original at once, also where no
    deployment has succeeded before: then its revision is the failed one's.
    """
    last, platform = group.last_successful, failed.platform
    shifts = platform != "Server" or failed.blue_green
    if last is None and not shifts:
        return None
    config = failed.config
    if platform != "Server":
        config = PREDEFINED[f"{PREFIX}{platform}AllAtOnce"]
    settings = failed.settings | {"autoRollbackConfiguration": _NO_ROLLBACK}
    for member in ("description", "deploymentMode"):
        settings.pop(member, None)
    revision = last.revision if last else failed.revision
    return make(call, group, revision, config, settings, "codeDeployRollback", failed)
