"""What a caller is told when a function fails: the payloads of AWS's Python runtime."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from lambda_lab import Lab


def failed(lab: Lab, code: str, **settings: Any) -> dict[str, Any]:
    """Run a function that fails; return the payload."""
    answer = lab.run(code, **settings)
    assert answer["FunctionError"] == "Unhandled"
    assert answer["StatusCode"] == 200
    payload: dict[str, Any] = answer["Payload"]
    return payload


def test_an_exception(lab: Lab) -> None:
    found = failed(
        lab,
        """
        def price(order):
            return order["price"]

        def handler(event, context):
            return price(event)
        """,
    )
    assert (found["errorType"], found["errorMessage"]) == ("KeyError", "'price'")
    outer, inner = found["stackTrace"]
    assert outer.startswith('  File "/var/task/app.py", line 6, in handler\n    return price(')
    assert '"/var/task/app.py", line 3, in price' in inner
    log = lab.log()
    assert "[ERROR] KeyError: 'price'\n" in log
    assert found["requestId"] in log[0]


@pytest.mark.parametrize(
    ("code", "settings", "kind", "message"),
    [
        ("import none", {}, "Runtime.ImportModuleError", "module 'app': No module named 'none'"),
        ("", {"Handler": "b.c"}, "Runtime.ImportModuleError", "module 'b': No module named 'b'"),
        ("", {}, "Runtime.HandlerNotFound", "Handler 'handler' missing on module 'app'"),
        ("", {"Handler": "app"}, "Runtime.MalformedHandlerName", "Bad handler 'app': not enough"),
        ("def", {}, "Runtime.UserCodeSyntaxError", r"Syntax error in module 'app': .*\(app.py"),
        ("handler = lambda e, c: {1, 2}", {}, "Runtime.MarshalError", "type set is not JSON"),
        ("import sys\ndef handler(e, c): sys.exit(3)", {}, "Runtime.ExitError", "exit status 3"),
        ("raise ValueError('at import')", {}, "ValueError", "at import"),
        ("handler = lambda e, c: 'x' * 6300000", {}, "Function.ResponseSizeTooLarge", "6291556"),
    ],
)
def test_what_the_runtime_says_itself(
    lab: Lab, code: str, settings: dict[str, Any], kind: str, message: str
) -> None:
    found = failed(lab, code, **settings)
    assert found["errorType"] == kind
    with pytest.raises(ValueError, match=message):
        raise ValueError(found["errorMessage"])


def test_a_sleep_costs_lab_time_alone_and_times_out(lab: Lab) -> None:
    code = """
    from time import sleep
    def handler(event, context):
        sleep(event["seconds"])
        return context.get_remaining_time_in_millis()
    """
    lab.create(code, Timeout=900)
    assert lab.invoke({"seconds": 600})["Payload"] == 300_000
    assert any("Duration: 600001.00 ms" in line for line in lab.log())
    found = lab.invoke({"seconds": 900})["Payload"]
    assert found["errorType"] == "Sandbox.Timedout"
    assert found["errorMessage"].endswith("Error: Task timed out after 900.00 seconds")
    assert any(line.endswith("Task timed out after 900.00 seconds\n") for line in lab.log())


def test_an_endless_loop_is_ended(lab: Lab) -> None:
    before = sys.gettrace()
    found = failed(
        lab,
        """
        def handler(event, context):
            while True:
                try:
                    pass
                except Exception:
                    pass
        """,
        Timeout=1,
    )
    assert found["errorType"] == "Sandbox.Timedout"
    assert sys.gettrace() is before


def test_a_function_that_calls_itself_is_ended(lab: Lab) -> None:
    found = failed(
        lab,
        """
        import boto3, json
        def handler(event, context):
            answer = boto3.client("lambda").invoke(FunctionName=context.function_name)
            if "FunctionError" in answer:
                raise RuntimeError(json.load(answer["Payload"])["errorMessage"])
        """,
    )
    assert "RecursiveInvocationException" in found["errorMessage"]
    assert lab.invoke(InvocationType="DryRun")["StatusCode"] == 204


def test_code_that_is_no_zip_file(lab: Lab) -> None:
    lab.create("", Code={"ZipFile": b"text"})
    with pytest.raises(lab.client.exceptions.InvalidZipFileException):
        lab.invoke()
