"""Repositories: moto's, with the images that are ours."""

from __future__ import annotations

from offline_aws.ecr.checks import Shape, ecr_operation
from offline_aws.ecr.store import Repositories, repository_of
from offline_aws.errors import AwsError
from offline_aws.operations import Call


@ecr_operation("DeleteRepository")
def delete_repository(call: Call, parameters: Shape) -> Shape:
    """Delete a repository that is empty, or any by force."""
    repository = repository_of(call, parameters)
    if repository.images and not parameters.get("force"):
        text = (
            f"The repository with name '{repository.name}' in registry with id "
            f"'{repository.registry}' cannot be deleted because it still contains images"
        )
        raise AwsError("RepositoryNotEmptyException", text)
    answer = call.moto()
    call.state(Repositories).by_name.pop(repository.name, None)
    return answer
