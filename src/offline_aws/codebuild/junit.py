"""Read test cases from JUnit XML, as pytest, Maven and Jest write it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any
from xml.etree.ElementTree import Element

from defusedxml import ElementTree

from offline_aws.codebuild.store import Shape

_NANOSECONDS = 1_000_000_000
_STATUSES = {"failure": "FAILED", "error": "ERROR", "skipped": "SKIPPED"}


def read_junit(data: bytes, path: str) -> list[Shape]:
    """Return AWS's TestCase shapes, without the report's own members.

    ``path`` is the file's name in them. Raises ``ValueError`` for what is not JUnit XML.
    """
    root = parsed(data)
    if root.tag not in ("testsuites", "testsuite"):
        raise ValueError(f"the root element is {root.tag}, not testsuites or testsuite")
    return [{**case, "testRawDataPath": path} for case in _cases(root, "")]


def parsed(data: bytes) -> Element:
    """Return the root of an XML text. Raises ``ValueError`` when it is none or unsafe."""
    try:
        root: Element = ElementTree.fromstring(data)
    except ElementTree.ParseError as error:
        raise ValueError(f"not well-formed XML: {error}") from error
    return root


def _cases(element: Element, suite: str) -> Iterator[Shape]:
    for child in element:
        if child.tag == "testsuite":
            yield from _cases(child, child.get("name", ""))
        elif child.tag == "testcase":
            yield _case(child, element.get("name", "") or suite)


def _case(element: Element, suite: str) -> Shape:
    found: dict[str, Any] = {
        "name": element.get("name", ""),
        "prefix": element.get("classname", ""),
        "testSuiteName": suite,
        "status": "SUCCEEDED",
        "durationInNanoSeconds": _nanoseconds(element.get("time", "0")),
    }
    for child in element:
        if child.tag in _STATUSES:
            found["status"] = _STATUSES[child.tag]
            found["message"] = child.get("message") or (child.text or "").strip()
    return found


def _nanoseconds(seconds: str) -> int:
    try:
        # Some tools write thousands separators.
        amount = Decimal(seconds.replace(",", ""))
    except InvalidOperation:
        return 0
    return int(amount * _NANOSECONDS) if amount.is_finite() and amount > 0 else 0
