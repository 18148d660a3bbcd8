"""What offline AWS does as AWS does, what it makes simpler and what it leaves out, by service."""

from __future__ import annotations

import importlib
import inspect

from botocore.session import get_session

from devops_workbook.display import Note, Table
from devops_workbook.errors import UnknownKeyError
from offline_aws.environment import SERVICES
from offline_aws.operations import REGISTRY

_COLUMNS = ("Service", "Operations", "What it is")
# The folders that are named as moto names the service, and not as boto3 does.
_IN_BOTO3 = {"awslambda": "lambda"}


def table() -> Table:
    """Return the services that behave, with how many of AWS's operations each has.

    Services that are not in it are moto's own, or are refused by name.
    """
    rows = [(_name(folder), _operations(folder), _first_line(folder)) for folder in SERVICES]
    return Table("Offline AWS. For one of them: workbook fidelity SERVICE", _COLUMNS, rows)


def of_service(name: str) -> Note:
    """Return what one service does and leaves out. Raises ``UnknownKeyError``."""
    folders = {_name(folder): folder for folder in SERVICES}
    if name not in folders:
        raise UnknownKeyError("service", name, tuple(folders))
    title, _, rest = _text(folders[name]).partition("\n")
    operations = f"Operations: {_operations(folders[name])}."
    return Note(title, f"{operations}\n\n{rest.strip()}")


def _name(folder: str) -> str:
    return _IN_BOTO3.get(folder, folder)


def _operations(folder: str) -> str:
    model = get_session().get_service_model(_name(folder))
    importlib.import_module(f"offline_aws.{folder}")
    return f"{len(REGISTRY[folder])} of {len(model.operation_names)}"


def _first_line(folder: str) -> str:
    return _text(folder).partition("\n")[0]


def _text(folder: str) -> str:
    return inspect.getdoc(importlib.import_module(f"offline_aws.{folder}")) or ""
