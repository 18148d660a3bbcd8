"""What offline AWS does as AWS does, what it makes simpler and what it leaves out, by service."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Iterator

from botocore.session import get_session

from devops_workbook.display import Note, Table
from devops_workbook.errors import UnknownKeyError
from offline_aws.environment import SERVICES
from offline_aws.operations import REGISTRY

_COLUMNS = ("Service", "Operations", "What it is")
#: What else the chapters simulate: a name, and the module that says how.
_OTHERS = {
    "cdk": "devops_workbook.cdk",
    "image-builder": "devops_workbook.images",
    "kubernetes": "devops_workbook.kubernetes",
    "quarter": "devops_workbook.quarter",
    "shop-workload": "devops_workbook.shop",
    "shop-traces": "devops_workbook.shop.traces",
}
_WORDS = re.compile(r"^(?:\*\*)?(Faithful|Simplified|Absent)\b(?:\*\*)?", re.MULTILINE)
_INTRODUCTION = """\
# What offline AWS does as AWS does

Each system of the course, with what of it is faithful, what is simplified and what is absent. A
service of AWS that is not in the table is [moto's](https://docs.getmoto.org), and what moto does
not have is refused by name, never answered with a made-up success. In a terminal:
`workbook fidelity codebuild`.

Written by `workbook fidelity --markdown`: change what a service's folder says of itself.
"""
# The folders that are named as moto names the service, and not as boto3 does.
_IN_BOTO3 = {"applicationautoscaling": "application-autoscaling", "awslambda": "lambda"}


def table() -> Table:
    """Return the services that behave, with how many of AWS's operations each has.

    Services that are not in it are moto's own, or are refused by name.
    """
    rows = [
        (_name(folder), _operations(folder), _first_line(_module(folder))) for folder in SERVICES
    ]
    return Table("Offline AWS. For one of them: workbook fidelity SERVICE", _COLUMNS, rows)


def of_service(name: str) -> Note:
    """Return what one service does and leaves out. Raises ``UnknownKeyError``."""
    folders = {_name(folder): folder for folder in SERVICES}
    if name not in folders:
        raise UnknownKeyError("service", name, tuple(folders))
    title, _, rest = _text(_module(folders[name])).partition("\n")
    operations = f"Operations: {_operations(folders[name])}."
    return Note(title, f"{operations}\n\n{rest.strip()}")


def document() -> str:
    """Return ``FIDELITY.md``: a row for each system of the course, and a section that explains it.

    Services of AWS first, then what else the chapters simulate.
    """
    return "\n".join(_document()) + "\n"


def _document() -> Iterator[str]:
    yield _INTRODUCTION
    yield "| system | operations | what it is |\n|---|---|---|"
    sections = {_name(folder): _module(folder) for folder in SERVICES}
    for name, folder in zip(sections, SERVICES, strict=True):
        yield f"| [{name}](#{name}) | {_operations(folder)} | {_first_line(sections[name])} |"
    for name, module in _OTHERS.items():
        yield f"| [{name}](#{name}) | | {_first_line(module)} |"
    for name, module in {**sections, **_OTHERS}.items():
        yield f"\n## {name}\n"
        yield _WORDS.sub(r"**\1**", _text(module))


def _name(folder: str) -> str:
    return _IN_BOTO3.get(folder, folder)


def _module(folder: str) -> str:
    return f"offline_aws.{folder}"


def _operations(folder: str) -> str:
    model = get_session().get_service_model(_name(folder))
    importlib.import_module(_module(folder))
    return f"{len(REGISTRY[folder])} of {len(model.operation_names)}"


def _first_line(module: str) -> str:
    return _text(module).partition("\n")[0]


def _text(module: str) -> str:
    return (inspect.getdoc(importlib.import_module(module)) or "").replace("``", "`")
