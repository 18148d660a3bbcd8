"""AWS::CodeBuild::Project."""

from __future__ import annotations

from offline_aws.cloudformation.resource_type import register
from offline_aws.cloudformation.resources._calls import Call, Look
from offline_aws.cloudformation.resources._declared import Declared, Named
from offline_aws.cloudformation.resources._tags import all_tags, shown_tags
from offline_aws.cloudformation.resources._values import ID

_TAGS = {"tags": all_tags()}
_AT_ANY_TIME = """
    Artifacts AutoRetryLimit BuildBatchConfig Cache ConcurrentBuildLimit Description EncryptionKey
    Environment FileSystemLocations LogsConfig QueuedTimeoutInMinutes SecondaryArtifacts
    SecondarySourceVersions SecondarySources ServiceRole Source SourceVersion TimeoutInMinutes
    VpcConfig
"""
register(
    Declared(
        "AWS::CodeBuild::Project",
        service="codebuild",
        properties=f"{_AT_ANY_TIME} Name Tags",
        named=Named("Name", 255),
        make=Call("create_project", _TAGS, f"{_AT_ANY_TIME} Name"),
        look=Look("batch_get_projects", {"names": [ID]}, "projects[0]"),
        change=(Call("update_project", {"name": ID, **_TAGS}, f"{_AT_ANY_TIME} Tags"),),
        remove=Call("delete_project", {"name": ID}),
        show={"Id": lambda it: it.id, "Tags": shown_tags("tags")},
        defaults={"Description": ""},
        accepted="BadgeEnabled ResourceAccessRole Triggers Visibility",
    )
)
