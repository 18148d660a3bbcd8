"""What ends a phase that is CodeBuild's own, such as the download of the source."""

from __future__ import annotations


class PhaseError(Exception):
    """A phase failed, with AWS's status code and message for its context."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
