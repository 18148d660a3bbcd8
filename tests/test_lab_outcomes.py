"""How a check ends: passed, not yet, not started, raised, set-up missing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import boto3
import pytest
from learners_cell import from_cell
from tiny_chapter import make_bucket, tiny_chapter

from devops_workbook import open_lab
from devops_workbook.exercise import Outcome
from devops_workbook.lab import Lab


@pytest.fixture
def lab() -> Iterator[Lab]:
    with closing(Lab(tiny_chapter())) as lab:
        yield lab


def test_a_check_passes_however_it_was_done(lab: Lab) -> None:
    boto3.resource("s3").create_bucket(Bucket="wanted")
    result = lab.check("bucket")
    assert (result.outcome, result.message) == (Outcome.PASSED, "S3 lists wanted.")
    assert not result.notes


def test_not_yet_says_what_was_found_and_where_to_look(lab: Lab) -> None:
    make_bucket("wonted")
    result = lab.check("bucket")
    assert result.outcome is Outcome.NOT_YET
    assert result.message == "Looked for wanted, found ['given', 'wonted']."
    assert result.notes == ('Stuck? `lab.hint("bucket")`',)


def test_after_the_last_hint_the_next_step_is_the_solution(lab: Lab) -> None:
    make_bucket("wonted")
    lab.hint("bucket")
    assert lab.check("bucket").notes == ('Stuck? `lab.hint("bucket")`',)
    lab.hint("bucket")
    assert lab.check("bucket").notes == ('Still stuck? `lab.solution("bucket")`',)


@pytest.mark.parametrize("answer", [..., from_cell("def double(x): ...", "double"), None])
def test_an_untouched_answer_is_not_started(lab: Lab, answer: object) -> None:
    result = lab.check("double", answer)
    assert result.outcome is Outcome.NOT_STARTED
    assert result.message.startswith("`double` is still `...`, or its cell has not run.")
    assert not result.notes


def test_an_untouched_account_is_not_started(lab: Lab) -> None:
    result = lab.check("bucket")
    assert (result.outcome, result.notes) == (Outcome.NOT_STARTED, ())


def test_an_error_in_a_learners_function_is_shown_as_theirs_with_its_line(lab: Lab) -> None:
    code = "def double(x):\n    y = 2 * x\n    return y / 0\n"
    result = lab.check("double", from_cell(code, "double"))
    assert result.outcome is Outcome.RAISED
    assert (
        result.message == "ZeroDivisionError: division by zero\nIn your cell, line 3: return y / 0"
    )
    assert result.notes == ('Stuck? `lab.hint("double")`',)


def test_an_error_deep_in_a_library_names_the_learners_line(lab: Lab) -> None:
    code = "import json\ndef double(x):\n    return json.loads('{')\n"
    message = lab.check("double", from_cell(code, "double")).message
    assert message.startswith("JSONDecodeError: ")
    assert message.endswith("In your cell, line 3: return json.loads('{')")


def test_an_error_in_a_learners_object_that_the_check_uses_is_theirs_too(lab: Lab) -> None:
    code = "class Name:\n    def __len__(self):\n        raise OSError\nnames = [Name()]\n"
    result = lab.check("longest", from_cell(code, "names"))
    assert result.outcome is Outcome.RAISED
    assert result.message == "OSError\nIn your cell, line 3: raise OSError"


def test_an_answer_of_the_wrong_kind_is_described_not_raised(lab: Lab) -> None:
    result = lab.check("longest", 7)
    assert result.outcome is Outcome.NOT_YET
    assert result.message == (
        "The check cannot use `names`: int 7. (TypeError: 'int' object is not iterable)"
    )


def test_an_error_of_aws_in_a_check_is_shown(lab: Lab) -> None:
    result = lab.check("later")
    assert result.outcome is Outcome.NOT_YET
    assert result.message.startswith("The check looked at your account and got: ClientError: ")
    assert "HeadBucket" in result.message


def test_a_closed_lab_says_so_and_never_incorrect(lab: Lab) -> None:
    lab.close()
    lab.close()
    result = lab.check("bucket")
    assert result.outcome is Outcome.SETUP_MISSING
    assert "Run the cell with open_lab again" in result.message
    assert lab.state("bucket") == "not started"


def test_a_lab_is_closed_by_opening_another() -> None:
    with closing(open_lab("start-here")) as first, closing(open_lab("start-here")) as second:
        assert first.check("first-bucket").outcome is Outcome.SETUP_MISSING
        assert second.check("first-bucket").outcome is Outcome.NOT_STARTED


def test_a_check_can_find_the_set_up_gone(lab: Lab) -> None:
    boto3.client("s3").delete_bucket(Bucket="given")
    result = lab.check("ground")
    assert (result.outcome, result.notes) == (Outcome.SETUP_MISSING, ())
    assert result.message == (
        'The bucket given is gone. Run lab.reset(). Or: `lab.catch_up("ground")`.'
    )
    assert lab.state("ground") == "not started"
