"""Four versions of the orders service: what differs is how they name a customer's name.

| version | writes | reads |
|---|---|---|
| 1.4 | name | name |
| 1.5 | name and full_name | name |
| 1.6 | name and full_name | full_name |
| 1.7 | full_name | full_name |
"""

from __future__ import annotations

from devops_workbook.checks import describe
from devops_workbook.shop_repository import shop_files

#: A migration in SQL, "" for none, and the version that is deployed after it.
Release = tuple[str, str]

FIRST, LAST = "1.4", "1.7"

_MOST_RELEASES = 12
_STORE = "orders/service/store.py"
_WRITE = '"INSERT OR IGNORE INTO customers (email, name) VALUES (?, ?)", (email, name)'
_READ = "customers.name"
_WRITE_BOTH = (
    '"INSERT OR IGNORE INTO customers (email, name, full_name) VALUES (?, ?, ?)", '
    "(email, name, name)"
)
_WRITE_NEW = '"INSERT OR IGNORE INTO customers (email, full_name) VALUES (?, ?)", (email, name)'
_READ_NEW = "customers.full_name AS name"

_CHANGES = {
    "1.4": (_WRITE, _READ),
    "1.5": (_WRITE_BOTH, _READ),
    "1.6": (_WRITE_BOTH, _READ_NEW),
    "1.7": (_WRITE_NEW, _READ_NEW),
}
VERSIONS = tuple(_CHANGES)


def as_releases(planned: object) -> list[Release]:
    """Return a plan as releases. Raises ``ValueError`` with what is wrong with it."""
    if not isinstance(planned, (list, tuple)) or not 0 < len(planned) <= _MOST_RELEASES:
        raise ValueError(f"`releases` should be a list of releases. Found {describe(planned)}.")
    for number, each in enumerate(planned, 1):
        pair = isinstance(each, (list, tuple)) and len(each) == 2
        if not pair or not all(isinstance(part, str) for part in each):
            raise ValueError(
                f"Release {number} should be a pair of texts, (migration, version). "
                f"Found {describe(each)}."
            )
        if each[1] not in VERSIONS:
            known = ", ".join(VERSIONS)
            raise ValueError(f"Release {number} deploys {each[1]!r}. There are {known}.")
    return [(sql, version) for sql, version in planned]


def store_of(version: str) -> str:
    """Return the text of store.py in a version. Raises ``KeyError`` for an unknown one."""
    write, read = _CHANGES[version]
    text = shop_files("orders")[_STORE]
    if text.count(_WRITE) != 1 or text.count(f"SELECT orders.id, {_READ}") != 1:
        raise ValueError(f"{_STORE} is not as the versions of this chapter expect it.")
    return text.replace(_WRITE, write).replace(f"orders.id, {_READ}", f"orders.id, {read}")


def files_of(version: str) -> dict[str, str]:
    """Return the service's files in a version, by their paths inside ``orders``."""
    files = {path.removeprefix("orders/"): text for path, text in shop_files("orders").items()}
    needed = {path: files[path] for path in files if path.startswith(("service/", "migrations/"))}
    return needed | {"service/store.py": store_of(version)}
