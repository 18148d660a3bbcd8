"""Stand-ins for the commands of the shop's builds: the files that they would leave, and no more.

The libraries are names and versions with bytes that mean nothing, 20 kB each, where real ones have
hundreds; what is compiled changes with its source, and nothing else.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from devops_workbook.images import Command, File, Running
from devops_workbook.shop.pip_command import pip
from devops_workbook.shop.stand_in_bytes import Left, meaningless

#: What the dependencies of ``pom.xml`` bring along.
JARS = (
    *("HikariCP-6.3.3", "jackson-databind-2.19.2", "logback-classic-1.5.20", "slf4j-api-2.0.17"),
    *("spring-beans-6.2.12", "spring-boot-3.5.7", "spring-boot-autoconfigure-3.5.7"),
    *("spring-core-6.2.12", "spring-context-6.2.12", "spring-jdbc-6.2.12", "spring-web-6.2.12"),
    *("spring-webmvc-6.2.12", "tomcat-embed-core-10.1.48"),
)
_LISTS, _STATUS = "var/lib/apt/lists/deb.debian.org_bookworm_Packages", "var/lib/dpkg/status"


def _mvn(run: Running) -> Left:
    found: Left = {f"root/.m2/repository/{jar}.jar": meaningless(jar) for jar in JARS}
    if {"package", "verify", "install"} & set(run.words):
        classes = dict(_compiled(run))
        found |= {run.path(f"target/classes/{name}"): data for name, data in classes.items()}
        found[run.path("target/orders.jar")] = _jar(classes, JARS)
    return found


def _compiled(run: Running) -> Iterator[tuple[str, bytes]]:
    start = run.path("src/main/java")
    for path, file in run.files.items():
        if path.startswith(f"{start}/") and path.endswith(".java"):
            name = path.removeprefix(f"{start}/").removesuffix(".java")
            yield f"{name}.class", meaningless((file.data or b"").decode(), 900)


def _jar(classes: Mapping[str, bytes], libraries: tuple[str, ...]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in sorted(classes.items()):
            archive.writestr(_entry(f"BOOT-INF/classes/{name}"), data)
        for jar in libraries:
            archive.writestr(_entry(f"BOOT-INF/lib/{jar}.jar"), meaningless(jar))
    return buffer.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    return zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))


def _java(run: Running) -> Left:
    """``java -Djarmode=tools -jar X extract --layers --destination D``."""
    if "extract" not in run.words:
        return {}
    target = run.path(_after(run, "--destination", "orders"))
    jar = run.files.get(run.path(_after(run, "-jar", "orders.jar")), File(b"")).data or b""
    name = _after(run, "-jar", "orders.jar").rpartition("/")[2]
    with zipfile.ZipFile(io.BytesIO(jar)) as archive:
        classes = {
            each.removeprefix("BOOT-INF/classes/"): archive.read(each)
            for each in archive.namelist()
            if each.startswith("BOOT-INF/classes/")
        }
    found: Left = {f"{target}/dependencies/lib/{each}.jar": meaningless(each) for each in JARS}
    for empty in ("spring-boot-loader", "snapshot-dependencies"):
        found[f"{target}/{empty}"] = File(None, 0o755)
    return {**found, f"{target}/application/{name}": _jar(classes, ())}


def _after(run: Running, flag: str, default: str) -> str:
    words = [*run.words, default]
    return words[words.index(flag) + 1] if flag in words else default


def _npm(run: Running) -> Left:
    try:
        package = json.loads(run.text("package.json"))
    except ValueError:
        return {}
    if {"ci", "install", "i"} & set(run.words):
        needed = dict(package.get("dependencies", {}))
        if "--omit=dev" not in run.words:
            needed |= package.get("devDependencies", {})
        found: Left = {}
        for name, version in needed.items():
            folder = run.path(f"node_modules/{name}")
            found[f"{folder}/package.json"] = json.dumps(
                {"name": name, "version": version}
            ).encode()
            found[f"{folder}/index.js"] = meaningless(f"{name}-{version}")
        return found
    return _bundled(run) if "build" in run.words else {}


def _bundled(run: Running) -> Left:
    start = run.path("src")
    sources = {p: f.data or b"" for p, f in run.files.items() if p.startswith(f"{start}/")}
    code = b"".join(sources[path] for path in sorted(sources))
    name = f"assets/index-{hashlib.sha256(code).hexdigest()[:8]}.js"
    page = f'<!doctype html><script type="module" src="/{name}"></script>\n'
    return {
        run.path("dist/index.html"): page.encode(),
        run.path(f"dist/{name}"): meaningless(name, 3000),
    }


def _apt_get(run: Running) -> Left:
    if "update" in run.words:
        return {_LISTS: meaningless("bookworm", 30_000)}
    if "install" not in run.words:
        return {}
    words = [word for word in run.words[1:] if not word.startswith("-") and word != "install"]
    status = (run.files.get(_STATUS, File(b"")).data or b"").decode()
    for word in words:
        name, _, version = word.partition("=")
        if f"Package: {name}\n" not in status:
            status += (
                f"\nPackage: {name}\nStatus: install ok installed\nVersion: {version or '1'}\n"
            )
    return {_STATUS: status.encode()}


def _rm(run: Running) -> Left:
    names = [word for word in run.words[1:] if not word.startswith("-")]
    patterns = [re.compile(re.escape(run.path(name)).replace(r"\*", "[^/]*")) for name in names]
    return {path: None for path in run.files if any(each.fullmatch(path) for each in patterns)}


def _python(run: Running) -> Left:
    """``python -m pip``; of what else Python runs nothing is left."""
    if run.words[1:3] != ("-m", "pip"):
        return {}
    return pip(Running(run.words[2:], run.files, run.stage))


def _nothing(_: Running) -> Left:
    return {}


#: By program. ``cd`` is not followed: a build says where it is with WORKDIR.
COMMANDS: MappingProxyType[str, Command] = MappingProxyType(
    {
        "apt-get": _apt_get,
        "java": _java,
        "mvn": _mvn,
        "npm": _npm,
        "pip": pip,
        "python": _python,
        "rm": _rm,
        **dict.fromkeys(("set", "echo", "true"), _nothing),
    }
)
