"""What the learner's colleagues do in this chapter, most of it well meant."""

from __future__ import annotations

import boto3

from devops_workbook.chapters.pipelines.account import PRODUCTION
from devops_workbook.chapters.pipelines.versions import LAST, store_of
from devops_workbook.lab import REGION
from devops_workbook.shop_repository import (
    REPOSITORY,
    commit_files,
    shop_files,
    tip_of_main,
)
from offline_aws import clients

NOTES = "orders/RELEASE_NOTES.md"
PAYMENTS = "payments"

_PRICING = "orders/service/pricing.py"
_CONFIG = "orders/service/config.py"
_WEB_TESTS = "orders/tests/test_web.py"
_NEXT_MIGRATION = "orders/migrations/003_full_name.sql"
_RENAME = "ALTER TABLE customers RENAME COLUMN name TO full_name;\n"


def push_a_draft() -> str:
    """Commit release notes that are not finished; return the commit's id."""
    return commit_files("Draft of the release notes, do not release", {NOTES: "DRAFT\n"})


def push_a_mistake() -> str:
    """Commit a change that breaks a test; return the commit's id."""
    changed = _changed(_PRICING, "cents >= FREE", "cents > FREE")
    return commit_files("Make shipping simpler", {_PRICING: changed})


def tidy_up() -> None:
    """Delete a bucket that nobody seemed to use: production's."""
    bucket = boto3.resource("s3").Bucket(PRODUCTION)
    bucket.objects.all().delete()
    bucket.delete()


def branch_payments() -> str:
    """Commit, on a branch, a version with a setting that production lacks; return its id."""
    config = _changed(_CONFIG, "    version: str\n", "    version: str\n    payment_url: str\n")
    last = '        version=environment.get("ORDERS_VERSION", "development"),\n'
    config = _replaced(config, last, f'{last}        payment_url=environment["PAYMENT_URL"],\n')
    known = '{"ORDERS_DATABASE": "/data/orders.db", "PORT": "80"}'
    tests = _changed(_WEB_TESTS, known, known[:-1] + ', "PAYMENT_URL": "http://pay.test"}')
    clients.client("codecommit", REGION).create_branch(
        repositoryName=REPOSITORY, branchName=PAYMENTS, commitId=tip_of_main()
    )
    return commit_files(
        "Pay through the new provider", {_CONFIG: config, _WEB_TESTS: tests}, PAYMENTS
    )


def push_a_rename() -> str:
    """Commit a migration that renames a column, and the code that goes with it."""
    files = {_NEXT_MIGRATION: _RENAME, "orders/service/store.py": store_of(LAST)}
    return commit_files("Call a customer's name full_name", files)


def _changed(path: str, old: str, new: str) -> str:
    return _replaced(shop_files("orders")[path], old, new)


def _replaced(text: str, old: str, new: str) -> str:
    if text.count(old) != 1:
        raise ValueError(f"Looked for {old!r} once in the shop's code.")
    return text.replace(old, new)
