"""What the team changes in a quarter: edits of the shop's own code, good ones and bad ones.

Every edit is real: its tests run in the learner's build and its migration on the database of
production. What a mistake does to customers cannot happen offline, so ``behaviour`` says it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from devops_workbook.quarter.errors import ChangeError

Files = Mapping[str, str]
Edit = Callable[[Files], dict[str, str]]

WORDS = "orders/service/words.py"
_WORDS_TEST = "orders/tests/test_words.py"
_PRICING, _STORE = "orders/service/pricing.py", "orders/service/store.py"
_WEB, _MAIN = "orders/service/web.py", "orders/service/__main__.py"
_CONFTEST = "orders/tests/conftest.py"
_LOYALTY = "orders/migrations/003_loyalty.sql"


@dataclass(frozen=True)
class Change:
    """One piece of work: its commit's first line, and the edit.

    ``mended`` is the same work done right, for one that goes wrong; None for one that does not.
    """

    message: str
    edit: Edit
    mended: Edit | None = None


def replacing(path: str, old: str, new: str) -> Edit:
    """Return an edit that replaces a text that occurs once. It raises ``ChangeError``."""

    def edit(files: Files) -> dict[str, str]:
        if files.get(path, "").count(old) != 1:
            raise ChangeError(
                f"{path} on the branch main is not the shop's: the team looked for {old!r}. "
                "Put the files of shop_files('orders') there."
            )
        return {path: files[path].replace(old, new)}

    return edit


def together(*edits: Edit) -> Edit:
    """Return an edit that makes several, one after the other."""

    def edit(files: Files) -> dict[str, str]:
        found: dict[str, str] = {}
        for each in edits:
            found |= each({**files, **found})
        return found

    return edit


_THANKS = {
    "Basque": "Eskerrik asko",
    "Catalan": "Gràcies",
    "Czech": "Děkujeme",
    "Danish": "Tak",
    "Dutch": "Dank u",
    "Estonian": "Aitäh",
    "Finnish": "Kiitos",
    "French": "Merci",
    "Galician": "Grazas",
    "German": "Danke",
    "Hungarian": "Köszönjük",
    "Irish": "Go raibh maith agat",
    "Italian": "Grazie",
    "Latvian": "Paldies",
    "Polish": "Dziękujemy",
    "Portuguese": "Obrigado",
    "Slovak": "Ďakujeme",
    "Spanish": "Gracias",
    "Swedish": "Tack",
    "Welsh": "Diolch",
}
_NEW_WORDS = (
    '"""What the shop says to its customers."""\n\nTHANKS = {\n    "English": "Thank you",\n}\n'
)
_TEST = """from service.words import THANKS


def test_nobody_is_thanked_with_nothing() -> None:
    assert all(THANKS.values())
"""


def _thanks(language: str) -> Edit:
    def edit(files: Files) -> dict[str, str]:
        text = files.get(WORDS, _NEW_WORDS)
        line = f'    "{language}": "{_THANKS[language]}",\n}}\n'
        return {WORDS: text.removesuffix("}\n") + line, _WORDS_TEST: _TEST}

    return edit


#: Work that goes well.
GOOD = tuple(Change(f"Thank customers in {language}", _thanks(language)) for language in _THANKS)

_ROUNDING = "return (cents * voucher_percent + 50) // 100"
_FREE = "return 0 if cents >= FREE_SHIPPING_FROM_CENTS else SHIPPING_CENTS"
_GOODS = "return sum(line.quantity * line.unit_cents for line in lines)"
#: Mistakes that the shop's tests know. They are mended by leaving the line as it was.
UNTESTED = (
    Change(
        "Simplify the discount",
        replacing(_PRICING, _ROUNDING, "return cents * voucher_percent // 100"),
        replacing(_PRICING, _ROUNDING, f"{_ROUNDING}  # half up, as storefront does"),
    ),
    Change(
        "Tidy up shipping",
        replacing(_PRICING, _FREE, _FREE.replace(">=", ">")),
        replacing(_PRICING, _FREE, f"{_FREE}  # from fifty on"),
    ),
    Change(
        "Make the subtotal quicker",
        replacing(_PRICING, _GOODS, "return sum(line.unit_cents for line in lines)"),
        replacing(_PRICING, _GOODS, "return sum(one.quantity * one.unit_cents for one in lines)"),
    ),
)

_CREATE = "    def _create(self, environ: dict[str, Any]) -> Answer:\n"
_IMPORT = "import json\nimport sqlite3\n"
_ASKED = '        payments = os.environ["PAYMENTS_URL"]  # where the customer pays\n'
_CAREFUL = '        payments = os.environ.get("PAYMENTS_URL", "http://payments")  # by its name\n'
_KNOWS = "import os\nimport sqlite3\n"
_SETTING = 'os.environ.setdefault("PAYMENTS_URL", "http://payments.test")\n'


def _asks_payments(line: str) -> Edit:
    return together(
        replacing(_WEB, _IMPORT, "import json\nimport os\nimport sqlite3\n"),
        replacing(_WEB, _CREATE, _CREATE + line),
        replacing(_CONFTEST, "import sqlite3\n", _KNOWS),
        replacing(
            _CONFTEST,
            "\n\n@pytest.fixture\ndef database",
            f"\n{_SETTING}\n\n@pytest.fixture\ndef database",
        ),
    )


_FIND = "    found = database.execute(query, (number,)).fetchone()\n"
_SLOW = (
    "    for order in database.execute('SELECT id FROM orders').fetchall():  # most bought first\n"
    "        lines = 'SELECT quantity FROM order_lines WHERE order_id = ?'\n"
    "        database.execute(lines, (order['id'],))\n"
)
_QUICK = (
    "    database.execute('SELECT sum(quantity) FROM order_lines WHERE order_id = ?', (number,))\n"
)
_SERVE = '    make_server("", config.port, application).serve_forever()\n'
_WAIT = "    wait_for_table(config.database, 'promotions')\n"
_ADD = "    database.commit()\n    return int(order or 0)\n"
_POINTS = (
    "    database.execute(\n"
    '        "INSERT INTO loyalty (customer_id, points) VALUES (?, 1)", (found["id"],)\n'
    "    )\n"
)
_VOUCHER = 'order.get("voucher_percent", 0))\n'
_CODES = "orders/service/vouchers.py"
_IMPORTED = "from service.store import add_order, find_order\n"


def _takes_codes(lookup: str) -> Edit:
    codes = '"""Vouchers by their code, in percent."""\n\nVOUCHERS = {"SPRING": 10}\n'
    return together(
        replacing(_WEB, _IMPORTED, f"{_IMPORTED}from service.vouchers import VOUCHERS\n"),
        replacing(_WEB, _VOUCHER, f"{lookup})\n"),
        lambda _: {_CODES: codes},
    )


_COMMIT_ORDER = "    database.executemany(\n"
_GAPLESS = (
    "    database.execute('SELECT count(*) FROM orders, order_lines').fetchone()  # no gaps\n"
)
_COUNTED = "    database.execute('SELECT max(id) FROM orders').fetchone()  # no gaps\n"
_TABLE = """CREATE TABLE loyalty (
    customer_id INTEGER NOT NULL REFERENCES customers (id),
    points INTEGER NOT NULL
);
"""

#: Mistakes that show in production alone.
ONLY_IN_PRODUCTION = (
    Change("Ask payments by its address", _asks_payments(_ASKED), _asks_payments(_CAREFUL)),
    Change(
        "Show what is bought most",
        replacing(_STORE, _FIND, _SLOW + _FIND),
        replacing(_STORE, _FIND, _QUICK + _FIND),
    ),
    Change(
        "Take vouchers by their code",
        _takes_codes('VOUCHERS[order["voucher"]] if "voucher" in order else 0'),
        _takes_codes('VOUCHERS.get(str(order.get("voucher")).upper(), 0)'),
    ),
    Change(
        "Number invoices without gaps",
        replacing(_STORE, _COMMIT_ORDER, _GAPLESS + _COMMIT_ORDER),
        replacing(_STORE, _COMMIT_ORDER, _COUNTED + _COMMIT_ORDER),
    ),
    Change(
        "Begin the promotions",
        replacing(_MAIN, _SERVE, _WAIT + _SERVE),
        replacing(_MAIN, _SERVE, f"    # promotions come with their table\n{_SERVE}"),
    ),
)

#: Work that needs a table before it runs.
WITH_A_MIGRATION = Change(
    "Give points for orders",
    together(replacing(_STORE, _ADD, _POINTS + _ADD), lambda _: {_LOYALTY: _TABLE}),
)

_LOOKED_UP = "found = find_order(self._database, number)"
#: The mistake of a drill, which no quarter plans: old mails have numbers with a letter.
DRILL = Change(
    "Look orders up by number",
    replacing(_WEB, _LOOKED_UP, "found = find_order(self._database, int(number))"),
    replacing(_WEB, _LOOKED_UP, "found = find_order(self._database, number.strip())"),
)
