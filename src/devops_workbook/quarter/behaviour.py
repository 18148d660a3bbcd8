"""How a build of ``orders`` behaves in production, by what its code holds."""

from __future__ import annotations

import math
from collections.abc import Mapping, Set
from dataclasses import dataclass, replace

from devops_workbook.shop import Version

#: A line of code, the file it stands in, and what it does to customers.
_MISTAKES: tuple[tuple[str, str, dict[str, float]], ...] = (
    # Orders whose total is not the one that storefront has shown are refused.
    ("service/pricing.py", "return cents * voucher_percent // 100", {"error_rate": 0.05}),
    ("service/pricing.py", "if cents > FREE_SHIPPING", {"error_rate": 0.04}),
    ("service/pricing.py", "sum(line.unit_cents for", {"error_rate": 0.30}),
    # Production has no such setting.
    ("service/web.py", 'os.environ["PAYMENTS_URL"]', {"error_rate": 0.25}),
    # Old mails have numbers with a letter.
    ("service/web.py", "find_order(self._database, int(number))", {"error_rate": 0.20}),
    # Customers write their codes as they like.
    ("service/web.py", 'VOUCHERS[order["voucher"]]', {"error_rate": 0.07}),
    # Every order of the shop is read for each that is shown.
    ("service/store.py", "SELECT id FROM orders'", {"p50": 0.06, "p99": 3.0}),
    # Every order with every line of every other.
    ("service/store.py", "FROM orders, order_lines", {"p50": 0.07, "p99": 3.5}),
    # Nobody has made that table.
    ("service/__main__.py", "wait_for_table", {"ready_after": math.inf}),
)
#: A share of the requests uses a table. Without ``orders`` nothing works at all.
_TABLES = (("INSERT INTO orders", "orders", 1.0), ("INSERT INTO loyalty", "loyalty", 0.2))


@dataclass(frozen=True)
class Build:
    """One build of the service: how it behaves, and the share of requests that need a table."""

    version: Version
    needs: Mapping[str, float]

    def in_production(self, tables: Set[str]) -> Version:
        """Return how it behaves on a database that has these tables."""
        missing = [share for table, share in self.needs.items() if table not in tables]
        failing = max([self.version.error_rate, *missing])
        return replace(self.version, error_rate=failing)


def build_of(name: str, files: Mapping[str, bytes]) -> Build:
    """Return the build that these files make; paths may be inside of any folder."""
    texts = {path: data.decode(errors="replace") for path, data in files.items()}
    found: dict[str, float] = {}
    for path, line, effect in _MISTAKES:
        if any(each.endswith(path) and line in text for each, text in texts.items()):
            found |= effect
    code = "\n".join(text for path, text in texts.items() if path.endswith("service/store.py"))
    needs = {table: share for line, table, share in _TABLES if line in code}
    return Build(replace(Version(name), **found), needs)  # type: ignore[arg-type]
