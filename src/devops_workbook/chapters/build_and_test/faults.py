"""What is wrong with the shop's code when the chapter begins: one place each, put in here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from devops_workbook.shop_repository import shop_files


@dataclass(frozen=True)
class Fault:
    """A piece of a file and what stands there instead; ``sign`` shows that it still does."""

    path: str
    right: str
    wrong: str
    sign: str

    def put_into(self, files: dict[str, str]) -> None:
        """Put the fault into files by path. Raises ``ValueError`` where its place is gone."""
        text = files[self.path]
        if self.right not in text:
            raise ValueError(f"{self.path} no longer holds {self.right!r}")
        files[self.path] = text.replace(self.right, self.wrong)


DISCOUNT_TWICE = Fault(
    "orders/service/pricing.py",
    "    return goods - discount(goods, voucher_percent) + shipping(goods)\n",
    "    reduced = goods - discount(goods, voucher_percent)\n"
    "    return reduced - discount(reduced, voucher_percent) + shipping(goods)\n",
    "reduced - discount(reduced, voucher_percent)",
)
INJECTION = Fault(
    "orders/service/store.py",
    '''    query = """
        SELECT orders.id, customers.name, orders.total_cents
        FROM orders JOIN customers ON customers.id = orders.customer_id
        WHERE orders.id = ?
    """
    found = database.execute(query, (number,)).fetchone()
''',
    '''    query = f"""
        SELECT orders.id, customers.name, orders.total_cents
        FROM orders JOIN customers ON customers.id = orders.customer_id
        WHERE orders.id = '{number}'
    """
    found = database.execute(query).fetchone()
''',
    "'{number}'",
)
# The key of AWS's own documentation, which opens nothing.
LEAKED_KEY = Fault(
    "orders/service/config.py",
    '"development"),\n    )\n',
    '"development"),\n    )\n\n\n'
    "# For the nightly backup.\n"
    'BACKUP_ACCESS_KEY = "AKIAIOSFODNN7EXAMPLE"\n',
    "AKIAIOSFODNN7EXAMPLE",
)
OLD_WAITRESS = Fault(
    "orders/requirements.txt", "waitress==3.0.2", "waitress==2.1.1", "waitress==2.1.1"
)
NO_SUCH_STATUS = Fault(
    "infrastructure/template.yaml", "Status: Enabled", "Status: Active", "Status: Active"
)

#: On a colleague's branch.
NO_ROUNDING = Fault(
    "orders/service/pricing.py",
    "(cents * voucher_percent + 50) // 100",
    "cents * voucher_percent // 100",
    "cents * voucher_percent // 100",
)

#: What the gates of the chapter find; ``DISCOUNT_TWICE`` is what the tests find.
FINDINGS = (INJECTION, LEAKED_KEY, OLD_WAITRESS, NO_SUCH_STATUS)


def files_with(faults: Iterable[Fault]) -> dict[str, str]:
    """Return the shop's files with these faults in them."""
    files = shop_files()
    for fault in faults:
        fault.put_into(files)
    return files
