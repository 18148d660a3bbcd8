"""Lambda that runs the function: the Python in its zip file, in this process, on the lab's clock.

Functions, versions, aliases and permissions are moto's; Invoke is answered here.

Faithful (AWS Lambda Developer Guide and API model):
    RequestResponse, Event and DryRun; the code of the version or alias that is asked for, and of
    the two versions of an alias by their weights; the handler with its event and context;
    environment variables; what is printed and logged, in CloudWatch Logs with START, END and
    REPORT, and its last 4 KB in LogResult; FunctionError with the payload of an exception, a
    time-out, a missing module or handler, a result that is no JSON; payloads that are no JSON or
    too large; reserved concurrency of 0; an Event that fails is tried twice more, after one and two
    minutes; calls of boto3 in a handler reach the same offline AWS.

Simplified:
    code runs in the Python of the lab, whatever version the runtime names, with the packages and
    the permissions of the learner. Every invocation is a cold start: modules are imported anew.
    boto3 and the standard library are the lab's, also when the zip file has its own. The clock
    stands still while a function runs: ``time.sleep`` takes no time and counts towards the
    time-out, as 20 seconds of real time do in the function's own lines. What catches every
    exception, or waits outside of Python, is not ended. Durations in REPORT are what was slept.
    A payload that is not UTF-8 ends in OfflineInternalFailure.

Absent, and refused by name where a function asks for it:
    runtimes other than Python, container images, layers, InvokeAsync. Event source mappings,
    destinations, metrics of AWS/Lambda and X-Ray are not fed.
"""

from __future__ import annotations

from offline_aws.awslambda import invoke

__all__ = ["invoke"]
