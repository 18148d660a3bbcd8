"""One place for versions: each rule holds here, and is seen to fail on a broken copy."""

from __future__ import annotations

import ast
import importlib.metadata
import re
import shutil
import sys
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import hatchling.build
import pytest
import yaml
from packaging.requirements import Requirement

from devops_workbook import pinned

ROOT = Path(__file__).parents[1]
PIN = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*==[0-9][0-9a-z.]*")
NAMED = {"boto3", "ipywidgets", "jupyterlab", "matplotlib", "moto", "pandas"}
#: What environment markers ask, for each Python and system the workbook is for.
ENVIRONMENTS = [
    {"python_version": python, "python_full_version": f"{python}.1", **system}
    for python in ("3.11", "3.12", "3.13", "3.14")
    for system in (
        {"sys_platform": "linux", "os_name": "posix", "platform_system": "Linux"},
        {"sys_platform": "darwin", "os_name": "posix", "platform_system": "Darwin"},
        {"sys_platform": "win32", "os_name": "nt", "platform_system": "Windows"},
    )
]

Rule = Callable[[Path], Iterator[str]]


def dependencies(root: Path) -> list[Requirement]:
    """Return what pyproject.toml names: to run, to test and to build."""
    read = tomllib.loads((root / "pyproject.toml").read_text())
    texts = [*read["project"]["dependencies"], *read["build-system"]["requires"]]
    for extra in read["project"]["optional-dependencies"].values():
        texts += extra
    return [Requirement(text) for text in texts]


def environment(root: Path) -> list[str | dict[str, list[str]]]:
    read: list[str | dict[str, list[str]]] = yaml.safe_load((root / "environment.yml").read_text())[
        "dependencies"
    ]
    return read


def lines(root: Path) -> list[str]:
    return (root / "constraints.txt").read_text().splitlines()


def constraints_are_sorted_pins_and_nothing_else(root: Path) -> Iterator[str]:
    for line in lines(root):
        if not PIN.fullmatch(line):
            yield f"{line!r} is not name==version, the name as PyPI normalises it"
    if lines(root) != sorted(lines(root)):
        yield "constraints.txt is not sorted"
    names = Counter(line.split("==")[0] for line in lines(root))
    yield from (f"{name} is pinned {times} times" for name, times in names.items() if times > 1)


def every_dependency_is_pinned(root: Path) -> Iterator[str]:
    names = [line.split("==")[0] for line in lines(root)]
    for requirement in dependencies(root):
        if pinned.normalise(requirement.name) not in names:
            yield f"{requirement.name} has no pin"


def only_moto_has_a_version_in_pyproject_and_it_is_the_pin(root: Path) -> Iterator[str]:
    pins = dict(line.split("==") for line in lines(root) if PIN.fullmatch(line))
    for requirement in dependencies(root):
        expected = f"=={pins.get('moto')}" if requirement.name == "moto" else ""
        if str(requirement.specifier) != expected:
            yield f"{requirement} should be {requirement.name}{expected}"


def environment_names_packages_and_pip_takes_the_pins(root: Path) -> Iterator[str]:
    *names, last = environment(root)
    if last != {"pip": ["-c constraints.txt", "-e ."]}:
        yield "environment.yml does not let pip install the workbook with the pins"
    if missing := {*NAMED, "pip"} - set(map(str, names)):
        yield f"environment.yml does not name {missing}"
    for name in map(str, names):
        if not re.fullmatch(r"[a-z0-9-]+", name) and not name.startswith("python="):
            yield f"environment.yml has a version: {name}"


def python_floor_is_the_same_everywhere(root: Path) -> Iterator[str]:
    places = {
        "pyproject.toml": r'requires-python = ">=([\d.]+)"',
        "environment.yml": r"- python=([\d.]+)",
        ".ci/setup": r"FLOOR=([\d.]+)",
        "src/devops_workbook/doctor_checks.py": r"PYTHON_FLOOR = \((\d+), (\d+)\)",
    }
    floors = {}
    for place, pattern in places.items():
        found = re.search(pattern, (root / place).read_text())
        floors[place] = ".".join(found.groups()) if found else "nowhere"
    if len(set(floors.values())) > 1:
        yield f"the oldest Python differs: {floors}"


def no_version_stands_anywhere_else(root: Path) -> Iterator[str]:
    names = "|".join(re.escape(line.split("==")[0]) for line in lines(root))
    version = re.compile(rf"\b({names})\s*(==|~=|>=|<=|=)\s*\d", re.IGNORECASE)
    for place in (".ci/run", ".ci/setup", ".ci/browser", "Makefile", "environment.yml"):
        for found in version.finditer((root / place).read_text()):
            yield f"{place} has a version: {found.group()}"


def nothing_is_pinned_that_nothing_needs(root: Path) -> Iterator[str]:
    needed = set().union(*(_needed(str(requirement)) for requirement in dependencies(root)))
    # The build of an editable installation asks for these when it is under way.
    asked_late = hatchling.build.get_requires_for_build_editable()
    needed |= {pinned.normalise(Requirement(text).name) for text in asked_late}
    names = {line.split("==")[0] for line in lines(root)}
    yield from (f"{name} is pinned, but nothing needs it" for name in sorted(names - needed))
    yield from (f"{name} is needed, but not pinned" for name in sorted(needed - names))


@cache
def _needed(requirement: str) -> set[str]:
    on_each = (pinned.needed(requirement, asked) for asked in ENVIRONMENTS)
    return {pinned.normalise(Requirement(requirement).name)}.union(*on_each)


def what_the_source_imports_is_a_dependency(root: Path) -> Iterator[str]:
    providers = importlib.metadata.packages_distributions()
    named = {pinned.normalise(requirement.name) for requirement in dependencies(root)}
    named.add("devops-workbook")
    for path in sorted((root / "src").rglob("*.py")):
        for module in sorted(_imported(path) - sys.stdlib_module_names - {"offline_aws"}):
            distributions = {pinned.normalise(name) for name in providers.get(module, [module])}
            if not distributions & named:
                yield f"{path.relative_to(root)} imports {module}, which pyproject.toml lacks"


def _imported(path: Path) -> set[str]:
    modules = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            modules |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            modules.add(node.module.split(".")[0])
    return modules


RULES: list[Rule] = [
    constraints_are_sorted_pins_and_nothing_else,
    every_dependency_is_pinned,
    only_moto_has_a_version_in_pyproject_and_it_is_the_pin,
    environment_names_packages_and_pip_takes_the_pins,
    python_floor_is_the_same_everywhere,
    no_version_stands_anywhere_else,
    nothing_is_pinned_that_nothing_needs,
    what_the_source_imports_is_a_dependency,
]

END = "append at the end"
_PANDAS = f"pandas=={importlib.metadata.version('pandas')}\n"
#: A rule, the file to break, what to replace and with what, and what the rule has to say.
BROKEN = [
    (RULES[0], "constraints.txt", END, "pandas\n", "is not name==version"),
    (RULES[0], "constraints.txt", END, "pandas>=3\n", "is not name==version"),
    (RULES[0], "constraints.txt", END, "a @ https://host/a.whl\n", "is not name==version"),
    (RULES[0], "constraints.txt", END, "--index-url https://host\n", "is not name==version"),
    (RULES[0], "constraints.txt", END, "typing_extensions==1\n", "as PyPI normalises it"),
    (RULES[0], "constraints.txt", END, "aaa==1\n", "not sorted"),
    (RULES[0], "constraints.txt", _PANDAS, f"pandas==1.0\n{_PANDAS}", "pandas is pinned 2 times"),
    (RULES[1], "constraints.txt", _PANDAS, "", "pandas has no pin"),
    (RULES[1], "pyproject.toml", '"ruff"', '"rufff"', "rufff has no pin"),
    (RULES[1], "pyproject.toml", '"hatchling"]', '"flit-core"]', "flit-core has no pin"),
    (RULES[2], "pyproject.toml", '"pandas"', '"pandas>=3"', "pandas>=3 should be pandas"),
    (RULES[2], "constraints.txt", "moto==", "moto==9", "should be moto==9"),
    (RULES[2], "pyproject.toml", '"moto==', '"moto>=', "should be moto=="),
    (RULES[3], "environment.yml", "- moto", "- moot", "does not name {'moto'}"),
    (RULES[3], "environment.yml", "- pandas", "- pandas=3", "environment.yml has a version"),
    (RULES[3], "environment.yml", "-c constraints.txt", "-c other.txt", "does not let pip"),
    (RULES[4], "pyproject.toml", '">=3.11"', '">=3.12"', "the oldest Python differs"),
    (RULES[4], "environment.yml", "python=3.11", "python=3.12", "the oldest Python differs"),
    (RULES[4], ".ci/setup", "FLOOR=3.11", "FLOOR=3.10", "the oldest Python differs"),
    (RULES[4], "src/devops_workbook/doctor_checks.py", "(3, 11)", "(3, 9)", "Python differs"),
    (RULES[5], "Makefile", END, "pip install pandas==3.1\n", "Makefile has a version"),
    (RULES[5], ".ci/run", END, "pip install 'moto>=5'\n", ".ci/run has a version"),
    (RULES[6], "constraints.txt", END, "flask==3.0\n", "flask is pinned, but nothing"),
    (RULES[6], "constraints.txt", "s3transfer==", "s4transfer==", "s3transfer is needed, but"),
    (RULES[6], "constraints.txt", "appnope==", "appnape==", "appnope is needed, but"),
    (RULES[7], "pyproject.toml", '    "numpy",\n', "", "imports numpy, which pyproject.toml lacks"),
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_rule_holds(rule: Rule) -> None:
    assert list(rule(ROOT)) == []


@pytest.mark.parametrize(("rule", "name", "old", "new", "expected"), BROKEN)
def test_rule_fails_on_a_broken_copy(
    rule: Rule, name: str, old: str, new: str, expected: str, tmp_path: Path
) -> None:
    for copied in ("Makefile", "constraints.txt", "environment.yml", "pyproject.toml"):
        shutil.copy(ROOT / copied, tmp_path)
    for folder in (".ci", "src"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    text = (tmp_path / name).read_text()
    broken = text + new if old == END else text.replace(old, new)
    assert broken != text
    (tmp_path / name).write_text(broken)
    assert any(expected in problem for problem in rule(tmp_path))
