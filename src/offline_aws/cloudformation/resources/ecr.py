"""AWS::ECR::Repository."""

from __future__ import annotations

from offline_aws.cloudformation.resource_type import register
from offline_aws.cloudformation.resources._calls import Call, Look
from offline_aws.cloudformation.resources._declared import Declared, Named
from offline_aws.cloudformation.resources._parts import Do, Own
from offline_aws.cloudformation.resources._tags import Tags
from offline_aws.cloudformation.resources._values import ID, VALUE, live, prop

_REPOSITORY = {"repositoryName": ID}
register(
    Declared(
        "AWS::ECR::Repository",
        service="ecr",
        properties="""
            EmptyOnDelete EncryptionConfiguration ImageScanningConfiguration ImageTagMutability
            LifecyclePolicy RepositoryName RepositoryPolicyText Tags
        """,
        named=Named("RepositoryName", 256, lower=True),
        make=Call("create_repository", told="EncryptionConfiguration RepositoryName"),
        look=Look("describe_repositories", {"repositoryNames": [ID]}, "repositories[0]"),
        remove=Call("delete_repository", {**_REPOSITORY, "force": prop("EmptyOnDelete")}),
        parts=(
            Own(
                "ImageTagMutability",
                put=Call("put_image_tag_mutability", {**_REPOSITORY, "imageTagMutability": VALUE}),
                default="MUTABLE",
            ),
            Own(
                "ImageScanningConfiguration",
                put=Call(
                    "put_image_scanning_configuration",
                    {**_REPOSITORY, "imageScanningConfiguration": VALUE},
                ),
                default={"ScanOnPush": False},
            ),
            Own(
                "LifecyclePolicy",
                put=Call(
                    "put_lifecycle_policy",
                    {
                        **_REPOSITORY,
                        "lifecyclePolicyText": lambda it: it.value["LifecyclePolicyText"],
                    },
                ),
                unset=Call("delete_lifecycle_policy", _REPOSITORY),
                look=Look("get_lifecycle_policy", _REPOSITORY),
            ),
            Own(
                "RepositoryPolicyText",
                put=Call("set_repository_policy", {**_REPOSITORY, "policyText": VALUE}),
                unset=Call("delete_repository_policy", _REPOSITORY),
                look=Look("get_repository_policy", _REPOSITORY, "policyText"),
            ),
            Do("EmptyOnDelete", lambda it, old: None),
            Tags(resource=live("repositoryArn")),
        ),
        show={"Arn": "repositoryArn"},
        unread="EmptyOnDelete",
        accepted="ImageTagMutabilityExclusionFilters",
    )
)
