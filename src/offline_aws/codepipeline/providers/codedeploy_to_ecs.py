"""Deploy CodeDeployToECS: a blue/green deployment of a task definition with new images."""

from __future__ import annotations

import json
from typing import Any

from offline_aws import clients
from offline_aws.codepipeline.provider import Job, Status, provides
from offline_aws.codepipeline.providers import codedeploy, input_files
from offline_aws.codepipeline.providers.action_errors import ActionError, reported

_IMAGES = range(1, 5)


@provides("Deploy", "CodeDeployToECS")
class CodeDeployToEcs:
    """Register the task definition, create a deployment with its AppSpec, wait for its end."""

    @reported(codedeploy.SERVICE)
    def start(self, job: Job) -> Status:
        """Put the images into the task definition, and that into the AppSpec; deploy it."""
        text = _text(job, "TaskDefinitionTemplate", "taskdef.json")
        for placeholder, image in _images(job).items():
            text = text.replace(f"<{placeholder}>", image)
        try:
            definition: Any = json.loads(text)
        except ValueError as error:
            raise ActionError(
                "ConfigurationError", f"The task definition template is not JSON: {error}"
            ) from error
        client = clients.client("ecs", job.region)
        made = client.register_task_definition(**definition)["taskDefinition"]
        spec = _text(job, "AppSpecTemplate", "appspec.yaml")
        content = spec.replace("<TASK_DEFINITION>", made["taskDefinitionArn"])
        revision = {"revisionType": "AppSpecContent", "appSpecContent": {"content": content}}
        return codedeploy.deploy(job, revision)

    @reported(codedeploy.SERVICE)
    def poll(self, job: Job) -> Status:
        """Return how the deployment stands."""
        return codedeploy.status_of(job, job.external_id)


def _text(job: Job, template: str, name: str) -> str:
    artifact = job.configuration[f"{template}Artifact"]
    path = job.configuration.get(f"{template}Path") or name
    return input_files.named_file(job, f"{artifact}::{path}").decode("utf-8")


def _images(job: Job) -> dict[str, str]:
    """Return the image for each placeholder, from the ``imageDetail.json`` of its artifact."""
    found: dict[str, str] = {}
    for number in _IMAGES:
        artifact = job.configuration.get(f"Image{number}ArtifactName")
        if artifact:
            placeholder = job.configuration.get(f"Image{number}ContainerName", "")
            detail = json.loads(input_files.named_file(job, f"{artifact}::imageDetail.json"))
            found[placeholder] = detail["ImageURI"]
    return found
