"""The orders service's buildspec as it grows through the chapter."""

from __future__ import annotations

#: Where it stands in the repository.
BUILDSPEC = "orders/buildspec.yml"

TESTS = """\
version: 0.2

phases:
  build:
    commands:
      - cd orders
      - python -m pytest
"""
RESULTS = """\
version: 0.2

phases:
  build:
    commands:
      - cd orders
      - >-
        python -m pytest --junitxml=reports/junit.xml
        --cov=service --cov-report=xml:reports/coverage.xml

reports:
  tests:
    base-directory: orders/reports
    files: [junit.xml]
  coverage:
    base-directory: orders/reports
    files: [coverage.xml]
    file-format: COBERTURAXML

artifacts:
  base-directory: orders
  files: ["service/*.py", "migrations/*.sql", requirements.txt]
"""
_PRE_BUILD = """\
phases:
  pre_build:
    commands:
      - cd orders
      - ruff check .
      - detect-secrets-hook --no-verify $(find service tests -type f) requirements.txt
      - python tools/check_dependencies.py requirements.txt ../advisories
      - cfn-lint ../infrastructure/template.yaml
  build:
    commands:
"""
GATES = RESULTS.replace(
    "phases:\n  build:\n    commands:\n      - cd orders\n", _PRE_BUILD
).replace("coverage.xml\n\nreports", "coverage.xml --cov-fail-under=90\n\nreports")
