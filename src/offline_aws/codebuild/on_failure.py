"""What a phase's ``on-failure`` asks for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from offline_aws.codebuild.yaml_nodes import Value

_ATTEMPTS = 3
_MOST_ATTEMPTS = 100


@dataclass(frozen=True)
class OnFailure:
    """What to do when a phase fails.

    ``action`` is "" when nothing is asked for, ABORT, CONTINUE or RETRY. A RETRY runs the phase
    again at most ``attempts`` times, and only while ``pattern`` is found in its output.
    """

    action: str = ""
    attempts: int = 0
    pattern: str = ""

    def retries(self, done: int, output: str) -> bool:
        """Return whether a failed phase is to run again after so many retries."""
        wanted = self.action == "RETRY" and done < self.attempts
        return wanted and re.search(self.pattern, output) is not None


def read_on_failure(value: Value) -> OnFailure:
    """Read ABORT, CONTINUE, RETRY, RETRY-n, RETRY-regex or RETRY-n-regex."""
    text = value.text()
    action, _, rest = text.partition("-")
    if text in ("ABORT", "CONTINUE"):
        return OnFailure(text)
    if action != "RETRY" or text == "RETRY-":
        raise value.error(f"Expected on-failure to be ABORT, CONTINUE or RETRY: found {text}")
    found = re.fullmatch(r"(\d+)(?:-(.+))?", rest)
    count, pattern = (int(found[1]), found[2] or "") if found else (_ATTEMPTS, rest)
    if count > _MOST_ATTEMPTS:
        raise value.error(f"Expected on-failure to retry 0 to {_MOST_ATTEMPTS} times: found {text}")
    try:
        re.compile(pattern)
    except re.error as error:
        raise value.error(f"The regular expression of on-failure is wrong ({error})") from error
    return OnFailure("RETRY", count, pattern)
