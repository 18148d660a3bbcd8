"""The requests to an App Runner service, and the version of the shop that answers them."""

from __future__ import annotations

from typing import Any

from devops_workbook.lab import REGION
from devops_workbook.shop.traffic import Look, Share, version_of
from offline_aws import clients

#: Operations after which another version may run.
_DEPLOYING = ("CREATE_SERVICE", "UPDATE_SERVICE", "START_DEPLOYMENT")
#: Operations while which nothing runs.
_EMPTYING = ("DELETE_SERVICE", "PAUSE_SERVICE", "RESUME_SERVICE")


class AppRunnerTraffic:
    """The requests to an App Runner service by its ARN.

    The version is the tag of the service's image. Of a tag that moves, such as ``latest``, it is
    another tag of the image that the tag meant when it was deployed. A new version takes over
    when its deployment has succeeded; a service that is paused or deleted answers nobody.
    """

    namespace = "AWS/AppRunner"

    def __init__(self, arn: str) -> None:
        self._client: Any = clients.client("apprunner", REGION)
        self._arn = arn
        _, name, identifier = arn.split("/")
        self.dimensions = {"ServiceName": name, "ServiceID": identifier}
        self._deployed = ("", "")

    def look(self) -> Look:
        """Return the version that answers now."""
        service = self._client.describe_service(ServiceArn=self._arn)["Service"]
        way = str(service["ServiceUrl"])
        version = self._version(service)
        serves = version and service["Status"] in ("RUNNING", "OPERATION_IN_PROGRESS")
        return Look((Share(version if serves else "", 1.0, way),))

    def _version(self, service: dict[str, Any]) -> str:
        """Return the version of the last deployment that succeeded, "" before the first."""
        listed = self._client.list_operations(ServiceArn=self._arn)["OperationSummaryList"]
        done = [
            each for each in listed if each["Status"] == "SUCCEEDED" and each["Type"] in _DEPLOYING
        ]
        if listed and listed[0]["Type"] in _EMPTYING and listed[0]["Status"] != "SUCCEEDED":
            return ""
        if done and done[0]["Id"] != self._deployed[0]:
            self._deployed = (done[0]["Id"], self._tag(service))
        return self._deployed[1]

    def _tag(self, service: dict[str, Any]) -> str:
        image = service["SourceConfiguration"].get("ImageRepository", {}).get("ImageIdentifier", "")
        tag = version_of(image)
        repository, _, last = image.partition("/")
        if ".dkr.ecr." not in repository:
            return tag
        name = last.partition("@")[0].partition(":")[0]
        digest = image.partition("@")[2]
        key = {"imageDigest": digest} if digest else {"imageTag": tag}
        ecr: Any = clients.client("ecr", REGION)
        found = ecr.describe_images(repositoryName=name, imageIds=[key])["imageDetails"]
        others = [each for each in found[0].get("imageTags", ()) if each != tag]
        fixed = tag[:1].isdigit() or not others
        return tag if fixed else sorted(others)[-1]
