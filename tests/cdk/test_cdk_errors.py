"""What a notebook shows of a construct's mistake: the cell's own line and the sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest

from devops_workbook.course import execute

START = """
from devops_workbook.cdk import start
cdk = start()
from aws_cdk import aws_sqs as sqs
stack = cdk.Stack(cdk.App(), "shop")
"""
MISTAKES = {
    'sqs.Queue(stack, "Type", visibility_timeout=30)': "must be one of (aws_cdk.Duration",
    'sqs.Queue(stack, "Name", visibility_timeut=30)': "unexpected keyword argument",
    'sqs.Queue(stack, "Value", retention_period=cdk.Duration.days(15))': "retention period",
    'int("x" + 1)': "can only concatenate str",
}


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Return the lines of the traceback of each mistake, made in one kernel."""
    folder: Path = tmp_path_factory.mktemp("kernel")
    cells: list[Any] = [nbformat.v4.new_code_cell(START)]
    for text in MISTAKES:
        cells.append(nbformat.v4.new_code_cell(text, metadata={"tags": ["raises-exception"]}))
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "mistakes.ipynb")
    executed = execute(folder / "mistakes.ipynb", folder)
    outputs = (cell.outputs[-1] for cell in executed.cells[1:])
    found = ["\n".join(output["traceback"]).splitlines() for output in outputs]
    return dict(zip(MISTAKES, found, strict=True))


@pytest.mark.parametrize("mistake", MISTAKES)
def test_the_cells_own_line_and_the_sentence_are_shown(
    shown: dict[str, list[str]], mistake: str
) -> None:
    text = "\n".join(shown[mistake])
    assert MISTAKES[mistake] in text
    assert "site-packages" not in text
    assert len(shown[mistake]) < 10
