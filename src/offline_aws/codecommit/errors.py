"""The errors of CodeCommit, in the words of AWS's own model."""

from __future__ import annotations

import html
import re
from functools import cache

from botocore.loaders import create_loader

from offline_aws.errors import AwsError

# What AWS answers in other words than its model documents.
_WORDS = {
    "RepositoryDoesNotExistException": "{0} does not exist",
    "RepositoryNameExistsException": "Repository named {0} already exists",
}


def refusal(code: str, *subject: str) -> AwsError:
    """Return the error of a code; ``subject`` is what it is about, such as a name.

    Where the words of the service itself are not known, the message is the documentation of the
    error in botocore's model, with the subject after it.
    """
    if subject and code in _WORDS:
        return AwsError(code, _WORDS[code].format(*subject))
    about = f" ({', '.join(subject)})" if subject else ""
    return AwsError(code, _documentation()[code] + about)


@cache
def _documentation() -> dict[str, str]:
    shapes = create_loader().load_service_model("codecommit", "service-2")["shapes"]
    return {
        name: _plain(shape["documentation"])
        for name, shape in shapes.items()
        if shape.get("exception")
    }


def _plain(documentation: str) -> str:
    # Twice, since one of the sentences has its own tags escaped.
    text = re.sub(r"<[^>]+>", "", documentation)
    text = re.sub(r"<[^>]+>", "", html.unescape(text))
    return re.sub(r"\s+", " ", text).strip()
