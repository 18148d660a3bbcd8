"""Import a function's modules anew for each invocation, beside those of the lab."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

# Those that are sealed: a copy of a function's own would reach for the network.
_SEALED = frozenset(
    ("boto3", "botocore", "s3transfer", "urllib3", "requests", "moto", "offline_aws")
)
_OF_THE_LAB = sys.stdlib_module_names | _SEALED


class LoadError(Exception):
    """The handler cannot be had; ``kind`` is the runtime's name for it."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


@contextmanager
def own_modules(folder: Path) -> Iterator[None]:
    """Let imports find a folder's modules first, and forget them afterwards."""
    names = {path.name.partition(".")[0] for path in folder.iterdir()} - _OF_THE_LAB
    hidden = _take_out(names)
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        with patch.object(sys, "dont_write_bytecode", True):
            yield
    finally:
        sys.path.remove(str(folder))
        _take_out(names)
        sys.modules.update(hidden)


def load_handler(handler: str) -> Callable[[Any, Any], Any]:
    """Return the function that ``module.function`` names. Raises ``LoadError``.

    What the module itself raises while it is imported is passed on.
    """
    path, dot, name = handler.rpartition(".")
    if not dot:
        text = f"Bad handler '{handler}': not enough values to unpack (expected 2, got 1)"
        raise LoadError("Runtime.MalformedHandlerName", text)
    module_name = path.replace("/", ".")
    try:
        module = importlib.import_module(module_name)
    except ImportError as error:
        text = f"Unable to import module '{module_name}': {error}"
        raise LoadError("Runtime.ImportModuleError", text) from error
    except SyntaxError as error:
        text = f"Syntax error in module '{module_name}': {error}"
        raise LoadError("Runtime.UserCodeSyntaxError", text) from error
    found: Callable[[Any, Any], Any] | None = getattr(module, name, None)
    if found is None:
        text = f"Handler '{name}' missing on module '{module_name}'"
        raise LoadError("Runtime.HandlerNotFound", text)
    return found


def _take_out(names: set[str]) -> dict[str, Any]:
    """Remove the modules of these top-level names from those that are loaded; return them."""
    found = [name for name in sys.modules if name.partition(".")[0] in names]
    return {name: sys.modules.pop(name) for name in found}
