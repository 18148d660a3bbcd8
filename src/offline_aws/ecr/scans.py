"""Basic scans: on push or on request, with findings in what the layers really hold."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from offline_aws.ecr import events
from offline_aws.ecr.advisories import Advisory, Package, advisories_of, table_date
from offline_aws.ecr.checks import Shape, ecr_operation
from offline_aws.ecr.contents import UnreadableLayerError, files_of, operating_system, packages_of
from offline_aws.ecr.descriptions import pages
from offline_aws.ecr.durations import BETWEEN_SCANS, SCAN
from offline_aws.ecr.identifiers import image_of
from offline_aws.ecr.manifests import LISTS
from offline_aws.ecr.store import ACTIVE, Image, Repository, repository_of, whose
from offline_aws.errors import AwsError
from offline_aws.operations import Call

_ORDER = ("CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNDEFINED")


@dataclass
class Scan:
    """A scan of one image."""

    started_at: datetime
    status: str = "IN_PROGRESS"
    description: str = ""
    ended_at: datetime | None = None
    findings: list[Shape] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """How many findings there are of each severity, the worst first."""
        counted = Counter(each["severity"] for each in self.findings)
        return {word: counted[word] for word in _ORDER if counted[word]}

    def shown_status(self) -> Shape:
        """Return ImageScanStatus."""
        said = {"description": self.description} if self.description else {}
        return {"status": self.status, **said}

    def summary(self) -> Shape:
        """Return what DescribeImages says of the scan."""
        if self.status != "COMPLETE":
            return {"imageScanStatus": self.shown_status()}
        return {
            "imageScanStatus": self.shown_status(),
            "imageScanFindingsSummary": {**self.times(), "findingSeverityCounts": self.counts},
        }

    def times(self) -> Shape:
        """Return when it ended, and of when the table is."""
        ended = self.ended_at or self.started_at
        return {"imageScanCompletedAt": ended, "vulnerabilitySourceUpdatedAt": table_date()}


def scan_after_push(call: Call, repository: Repository, image: Image) -> None:
    """Begin a scan of an image that was pushed, where repository or registry ask for it."""
    settings = repository.settings
    on_push = settings.scan_on_push or settings.scan_frequency == "SCAN_ON_PUSH"
    if on_push and image.media_type not in LISTS:
        _begin(call, repository, image)


@ecr_operation("StartImageScan")
def start_image_scan(call: Call, parameters: Shape) -> Shape:
    """Begin a scan, of which an image has one in 24 hours."""
    repository = repository_of(call, parameters)
    image = image_of(repository, parameters["imageId"])
    if image.media_type in LISTS:
        text = f"The image type '{image.media_type}' is not supported by image scanning"
        raise AwsError("UnsupportedImageTypeException", text)
    if image.status != ACTIVE:
        text = "The specified image is archived and cannot be scanned."
        raise AwsError("ImageArchivedException", text)
    if image.scan and call.clock.now() - image.scan.started_at < BETWEEN_SCANS:
        text = "The scan quota per image has been exceeded. Wait and try again."
        raise AwsError("LimitExceededException", text)
    scan = _begin(call, repository, image)
    return {
        **whose(repository),
        "imageId": {"imageDigest": image.digest, **parameters["imageId"]},
        "imageScanStatus": scan.shown_status(),
    }


def _begin(call: Call, repository: Repository, image: Image) -> Scan:
    image.scan = scan = Scan(call.clock.now())
    call.clock.call_later(SCAN, lambda: _end(call, repository, image, scan))
    return scan


def _end(call: Call, repository: Repository, image: Image, scan: Scan) -> None:
    if repository.images.get(image.digest) is not image:
        return
    scan.ended_at = call.clock.now()
    try:
        layers = image.document.get("layers", ())
        found = files_of(repository.layers[each["digest"]].data for each in layers)
    except UnreadableLayerError:
        scan.status = "FAILED"
        scan.description = "UnsupportedImageError: A layer of the image is not a tar file."
    else:
        packages = packages_of(found)
        system = operating_system(found)
        if not system and not packages:
            scan.status = "UNSUPPORTED_IMAGE"
            scan.description = (
                "UnsupportedImageError: The operating system and/or package manager are not "
                "supported."
            )
        else:
            scan.status = "COMPLETE"
            scan.description = "The scan was completed successfully."
            scan.findings = _findings(packages)
    events.image_scan(call, repository, image, scan.status, scan.counts)


def _findings(packages: list[Package]) -> list[Shape]:
    found = {
        (advisory.name, package.name): _finding(advisory, package)
        for package in packages
        for advisory in advisories_of(package)
    }
    return sorted(found.values(), key=lambda each: (_ORDER.index(each["severity"]), each["name"]))


def _finding(advisory: Advisory, package: Package) -> Shape:
    attributes = {
        "package_name": package.name,
        "package_version": package.version,
        "CVSS3_SCORE": advisory.score,
        "CVSS3_VECTOR": advisory.vector,
        "fixed_in_version": advisory.fixed,
        "package_path": package.path,
    }
    return {
        "name": advisory.name,
        "description": advisory.description,
        "uri": advisory.uri,
        "severity": advisory.severity,
        "attributes": [{"key": key, "value": value} for key, value in attributes.items()],
    }


@ecr_operation("DescribeImageScanFindings")
def describe_image_scan_findings(call: Call, parameters: Shape) -> Shape:
    """Return the findings of the last scan of an image, the worst first, in pages."""
    repository = repository_of(call, parameters)
    image = image_of(repository, parameters["imageId"])
    scan: Scan | None = image.scan
    if scan is None:
        digest = f"{{imageDigest:'{image.digest}'}}"
        text = f"Image scan does not exist for the image with '{digest}' in {repository.where}"
        raise AwsError("ScanNotFoundException", text)
    answer = {
        **whose(repository),
        "imageId": {"imageDigest": image.digest, **parameters["imageId"]},
        "imageScanStatus": scan.shown_status(),
    }
    if scan.status != "COMPLETE":
        return answer
    page = pages(parameters, "findings", scan.findings)
    token = {"nextToken": page.pop("nextToken")} if "nextToken" in page else {}
    found = {**page, **scan.times(), "findingSeverityCounts": scan.counts}
    return {**answer, "imageScanFindings": found, **token}
