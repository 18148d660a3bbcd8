"""Exercise on two buildspecs that cannot run offline: they are read, and checked for meaning."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from devops_workbook.chapters.build_and_test.account import files_of_tip
from devops_workbook.chapters.build_and_test.other_faults import SPRING, STOREFRONT, buildspecs
from devops_workbook.chapters.build_and_test.scenario import chapter
from devops_workbook.checks import require
from devops_workbook.exercise import NotStarted, NotYet
from devops_workbook.lab import Lab
from offline_aws.codebuild.buildspec import Buildspec, BuildspecError, read_buildspec

_SKIPS_TESTS = re.compile(r"-DskipTests(?!=false)|-Dmaven\.test\.skip(?!=false)")
# pom.xml binds JaCoCo's report to the phase verify, which `package` does not reach.
_WRITES_COVERAGE = re.compile(r"\bmvnw?\b.*\b(verify|install|deploy)\b")
_RUNS_TESTS = re.compile(r"\bmvnw?\b.*\b(test|package|verify|install|deploy)\b")


@chapter.exercise(
    "other-buildspecs",
    title="Spring Boot and React, read closely",
    minutes=5,
    kind="stretch",
    hints=(
        "Spring Boot: which Java does `pom.xml` ask for? Does the Maven command run the tests? "
        "Where does Surefire write its reports? What of Maven's is worth keeping from build to "
        "build?",
        "Storefront: which npm command installs exactly what the lock file says? Where does Vite "
        "put what it builds (`vite.config.js`)? `npm ci` deletes `node_modules` first, so what "
        "should be cached instead?",
        "Surefire: `target/surefire-reports`. Maven keeps downloads in `/root/.m2`, npm in "
        "`/root/.npm`.",
    ),
)
def check_other_buildspecs(lab: Lab, answer: Any) -> str:
    """Both buildspecs on main parse and mean what they should."""
    files, given = files_of_tip("orders-spring", "storefront"), buildspecs()
    if all(files.get(path) == text for path, text in given.items()):
        raise NotStarted("Both buildspecs on main are as they were.")
    problems = [
        f"{path}: {problem}"
        for path, judge in ((SPRING, _spring), (STOREFRONT, _storefront))
        for problem in judge(_read(path, files.get(path, "")))
    ]
    if problems:
        more = f" ({len(problems) - 1} more to find)" if len(problems) > 1 else ""
        raise NotYet(f"{problems[0]}{more}")
    return "Both parse, test what they ship, ship what they built, and cache what they download."


def _read(path: str, text: str) -> Buildspec:
    require(text, f"{path} is no longer on main.")
    try:
        return read_buildspec(text)
    except BuildspecError as error:
        raise NotYet(f"CodeBuild cannot read {path}: {error}") from error


def _commands(spec: Buildspec) -> list[str]:
    return [command for phase in spec.phases.values() for command in phase.commands]


def _runtime(spec: Buildspec, name: str) -> str:
    install = spec.phases.get("install")
    return install.runtime_versions.get(name, "") if install else ""


def _spring(spec: Buildspec) -> Iterator[str]:
    java, commands = _runtime(spec, "java"), _commands(spec)
    if java != "corretto21":
        yield f"java is {java or 'not named'}, and pom.xml asks for another version."
    maven = [command for command in commands if _RUNS_TESTS.search(command)]
    if not maven or any(_SKIPS_TESTS.search(command) for command in commands):
        yield "no Maven command runs the tests. A green build would say nothing."
    elif not any(_WRITES_COVERAGE.search(command) for command in maven):
        yield "Maven stops before the phase in which pom.xml has JaCoCo write its report."
    places = [report.base_directory for report in spec.reports if "JUNIT" in report.file_format]
    files = [name for report in spec.reports for name in (report.base_directory, *report.files)]
    if not places or not any("target/surefire-reports" in name for name in files):
        yield (
            f"the tests' report is looked for in {', '.join(places) or 'no place'}, where "
            "Surefire writes nothing."
        )
    if not _has(spec, "orders.jar", "target"):
        yield "the artifact is not the jar that Maven builds, target/orders.jar."
    yield from _cache(spec, "/root/.m2", "what Maven downloads")


def _storefront(spec: Buildspec) -> Iterator[str]:
    commands = _commands(spec)
    if _runtime(spec, "nodejs") != "22":
        yield "the build should run on Node.js 22."
    if not any("npm ci" in command for command in commands):
        yield "npm install may take newer versions than the lock file names."
    if not any("npm test" in command or "npm run test" in command for command in commands):
        yield "no command runs the tests."
    if not _has(spec, "", "storefront/dist"):
        yield "the artifact is taken from a folder that Vite does not write to."
    yield from _cache(spec, "/root/.npm", "what npm downloads")


def _has(spec: Buildspec, name: str, place: str) -> bool:
    artifact = spec.artifact
    if artifact is None:
        return False
    whole = [f"{artifact.base_directory.rstrip('/')}/{file}" for file in artifact.files]
    return any(place in path and name in path for path in whole)


def _cache(spec: Buildspec, folder: str, what: str) -> Iterator[str]:
    paths = spec.cache.paths if spec.cache else ()
    if not any(path.startswith(folder) for path in paths):
        yield f"the cache keeps {', '.join(paths) or 'nothing'}, not {what}."
