"""Read a file of traces, whatever its format."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from devops_workbook.tracing import documents
from devops_workbook.tracing.errors import TracesError
from devops_workbook.tracing.jaeger import read_jaeger
from devops_workbook.tracing.otlp import read_otlp
from devops_workbook.tracing.xray import read_segments
from devops_workbook.tracing.zipkin import read_zipkin

READERS: dict[str, Callable[[Any], pd.DataFrame]] = {
    "xray": read_segments,
    "otlp": read_otlp,
    "jaeger": read_jaeger,
    "zipkin": read_zipkin,
}
# A key that stands near the beginning of a file of that format, and not of another.
_SIGNS = {"otlp": b'"resourceSpans"', "jaeger": b'"data"', "zipkin": b'"traceId"'}
_BEGINNING = 4000


def read(path: str | Path, kind: str | None = None) -> pd.DataFrame:
    """Return the spans of a file: of X-Ray documents, OTLP, Jaeger or Zipkin, all in JSON.

    ``kind`` is ``xray``, ``otlp``, ``jaeger`` or ``zipkin``; it is found out where None.
    Raises TracesError for a file that is none of them.
    """
    if kind is not None and kind not in READERS:
        raise TracesError(f"found the format {kind!r}, expected one of {', '.join(READERS)}")
    text = documents.contents(path)
    if not text.strip():
        raise TracesError("the file is empty, expected traces in JSON", place=str(path))
    return READERS[kind or _kind(text, str(path))](Path(path))


def _kind(text: bytes, place: str) -> str:
    beginning = text[:_BEGINNING].lstrip()
    if beginning[:1] not in (b"{", b"["):
        raise TracesError("found no JSON, expected an object or a list", place=place)
    signs = {name: beginning.find(sign) for name, sign in _SIGNS.items()}
    found = {name: at for name, at in signs.items() if at >= 0}
    if b'"trace_id"' in beginning or b'"Document"' in beginning:
        return "xray"
    if beginning.startswith(b"{"):
        found.pop("zipkin", None)
    return min(found, key=found.__getitem__) if found else "xray"
