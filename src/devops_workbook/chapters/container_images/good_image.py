"""What makes an image a good one, looked at in the image itself and not in its Dockerfile."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from zipfile import BadZipFile

from devops_workbook.chapters.container_images.working_folder import (
    build_of,
    untidy,
    with_another_line,
)
from devops_workbook.checks import describe, require
from devops_workbook.exercise import NotYet
from devops_workbook.images import Build, DockerfileError, Image, files_in, lint, read_dockerfile
from offline_aws.ecr.advisories import Advisory, advisories_of
from offline_aws.ecr.contents import files_of, packages_of

_ROOT = ("", "root", "0")
_HEALTH = re.compile(r"(localhost|127\.0\.0\.1|\[::1\]):8080/health(?![\w/-])")
#: How files of the sources end, wherever they lie in an image.
_SOURCES = (".java", ".jsx", "/pom.xml")


@dataclass(frozen=True)
class Wanted:
    """What the image of a service has to have, and may not have, by the beginnings of paths."""

    service: str
    has: tuple[str, ...]
    #: A word of what its containers start with.
    starts: str
    has_not: tuple[tuple[str, str], ...]
    #: Bytes that one changed line may cost in new layers.
    change: int


def judge(dockerfile: object, wanted: Wanted, ignore: str) -> Build:
    """Build a learner's Dockerfile in the untidy folder and look at it. Raises ``NotYet``."""
    if not isinstance(dockerfile, str):
        raise NotYet(f"`dockerfile` should be a text. Found {describe(dockerfile)}.")
    files = {**untidy(wanted.service), ".dockerignore": ignore.encode()}
    try:
        made = build_of(wanted.service, dockerfile, files)
        changed = build_of(wanted.service, dockerfile, with_another_line(wanted.service, files))
    except DockerfileError as error:
        raise NotYet(str(error)) from None
    except BadZipFile:
        raise NotYet(
            "java takes a jar apart that is not there: no RUN before it has left one. "
            "`mvn package` leaves target/orders.jar."
        ) from None
    _lint(dockerfile)
    _base(dockerfile)
    _contents(made.image, wanted)
    _settings(made.image, wanted.starts)
    _change(made.image, changed.image, wanted.change)
    return made


def _lint(dockerfile: str) -> None:
    serious = [each for each in lint(dockerfile) if each.level in ("error", "warning")]
    if serious:
        first = serious[0]
        line = dockerfile.splitlines()[first.line - 1].strip()
        raise NotYet(f"hadolint, line {first.line}: {first.rule} {first.message}: `{line}`")


def _base(dockerfile: str) -> None:
    steps = [each for each in read_dockerfile(dockerfile) if each.word == "FROM"]
    for step in steps:
        name = step.flags()[1].split()[0]
        require(
            not name.endswith(":latest"),
            f"Line {step.line}: {name} is whatever somebody tagged last. Name a date.",
        )


def _contents(image: Image, wanted: Wanted) -> None:
    found = files_of(each.data for each in image.layers)
    for start in wanted.has:
        require(
            any(path.startswith(start) for path in found),
            f"The image has no {start}: it could not serve anybody.",
        )
    everywhere = {path for layer in image.layers for path in files_in(layer)}
    for start, why in wanted.has_not:
        bad = sorted(path for path in everywhere if path.startswith(start))
        require(not bad, f"The image has {bad[0] if bad else start}. {why}")
    left = sorted(path for path in everywhere if path.endswith(_SOURCES))
    require(not left, f"The image has {left[0] if left else ''}. Sources are for the build alone.")
    require(
        not any(path.rpartition("/")[2] == ".env" for path in everywhere),
        "The image has .env, with a password in it.",
    )
    worst = [each for each in findings(image) if each.severity in ("CRITICAL", "HIGH")]
    if worst:
        names = sorted({f"{each.name} ({each.package})" for each in worst})
        raise NotYet(
            f"Grave vulnerabilities that a scan finds in it: {len(names)}, {names[0]} for one. Is "
            "there a newer base?"
        )


def _settings(image: Image, starts: str) -> None:
    begun = [*(image.settings.get("Entrypoint") or ()), *(image.settings.get("Cmd") or ())]
    require(
        starts in " ".join(begun),
        f"A container of it would start {' '.join(begun)!r}, and that does not serve anybody: "
        f"looked for {starts} in its ENTRYPOINT and CMD.",
    )
    user = str(image.settings.get("User", "")).partition(":")[0]
    require(
        user not in _ROOT,
        "Its containers run as root. The bases have a user for it, app, with the number 10001.",
    )
    test = image.settings.get("Healthcheck", {}).get("Test", ["NONE"])
    require(test != ["NONE"], "It has no HEALTHCHECK: a process that hangs would count as well.")
    require(
        _HEALTH.search(" ".join(test)),
        f"Its health check does not ask the service at /health, port 8080. Found {describe(test)}.",
    )


def _change(before: Image, after: Image, most: int) -> None:
    old = {each.digest for each in before.layers}
    new = sum(len(each.data) for each in after.layers if each.digest not in old)
    require(
        new <= most,
        f"One changed line of code makes {new / 1000:,.0f} kB of new layers. Copy what seldom "
        "changes into a layer of its own, before what often does.",
    )


def findings(image: Image) -> list[Advisory]:
    """Return the vulnerabilities that a scan would find in an image."""
    found: Iterable[bytes] = (each.data for each in image.layers)
    return [
        advisory
        for package in packages_of(files_of(iter(found)))
        for advisory in advisories_of(package)
    ]
