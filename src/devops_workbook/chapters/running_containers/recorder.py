"""Calls that are counted while they are made: lines of configuration, and moving parts."""

from __future__ import annotations

import re
from typing import Any

import yaml

from devops_workbook.kubernetes.kubectl import Kubectl
from devops_workbook.lab import REGION
from offline_aws import clients

_MAKES = ("create_", "register_", "put_")


class Recorder:
    """Makes calls and remembers what had to be said in them.

    ``parts`` are the things that are there afterwards and that somebody has to know of.
    """

    def __init__(self) -> None:
        self.documents: list[tuple[str, Any]] = []
        self.parts: list[str] = []

    def call(self, service: str, operation: str, **parameters: Any) -> Any:
        """Call an operation by boto3's name for it, and return its answer."""
        self.documents.append((f"{service} {operation}", parameters))
        if operation.startswith(_MAKES):
            name = operation.partition("_")[2].replace("_", " ")
            self.parts.append(name)
        return getattr(clients.client(service, REGION), operation)(**parameters)

    def apply(self, kube: Kubectl, manifest: str) -> None:
        """Apply a manifest."""
        documents = [each for each in yaml.safe_load_all(manifest) if each]
        self.documents += [("kubectl apply", each) for each in documents]
        self.parts += [str(each["kind"]) for each in documents]
        kube.apply(manifest)

    def text(self) -> str:
        """Return everything that was said, as YAML."""
        return "\n".join(
            f"# {title}\n{yaml.safe_dump(document, sort_keys=False)}"
            for title, document in self.documents
        )

    @property
    def lines(self) -> int:
        """The lines of configuration, without comments and empty ones."""
        return len([line for line in self.text().splitlines() if re.match(r"\s*[^#\s]", line)])
