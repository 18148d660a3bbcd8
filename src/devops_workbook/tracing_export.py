"""Export OpenTelemetry spans to X-Ray: by the OTLP endpoint, or as segment documents.

::

    provider = TracerProvider(
        resource=Resource.create({"service.name": "orders"}), id_generator=AwsXRayIdGenerator()
    )
    provider.add_span_processor(on_demand(otlp_exporter("us-east-1")))
    ...
    provider.force_flush()

``otlp_exporter`` is what production uses without a collector: OpenTelemetry's own exporter, with
requests that are signed. It needs Transaction Search: see ``enable_transaction_search``.
``SdkEmitter`` is for code that still has the X-Ray SDK: it puts its segments without a daemon.
``SegmentExporter`` turns spans into segment documents itself, as the collector's awsxray exporter
does, and puts them with ``PutTraceSegments``; it needs nothing but permission.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import boto3
import botocore.session
import orjson
import requests
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult

from offline_aws.span_segments import documents_of

_LOG = logging.getLogger(__name__)
_BATCH = 50
#: Spans that wait for a flush; AWS's endpoint takes as many in one request.
MOST_SPANS = 10_000
_NEVER = 24 * 3600 * 1000


class SignedRequests(requests.auth.AuthBase):
    """Signs requests to X-Ray with the AWS credentials that botocore finds (SigV4)."""

    def __init__(self, region: str) -> None:
        self._region = region

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add the headers of the signature. Raises ``ValueError`` where there are no credentials.

        They are looked for at each request: those of a role change every hour.
        """
        credentials = botocore.session.Session().get_credentials()
        if credentials is None:
            raise ValueError("There are no AWS credentials to sign the spans with.")
        kept = {"Content-Type", "Content-Encoding"}
        headers = {k: v for k, v in request.headers.items() if k in kept}
        to_sign = AWSRequest(request.method, request.url, headers, request.body)
        SigV4Auth(credentials.get_frozen_credentials(), "xray", self._region).add_auth(to_sign)
        request.headers.update(dict(to_sign.headers.items()))
        return request


def enable_transaction_search(percentage: float = 1.0) -> None:
    """Have X-Ray keep spans in CloudWatch Logs, and index a percentage of the traces.

    The same three steps as on AWS, in the region of boto3: a resource policy that lets X-Ray write
    to the log groups, the destination, the indexing rule. AWS indexes one percent without charge;
    a trace that is not indexed is found by its id alone. Raises what boto3's clients raise.
    """
    xray: Any = boto3.client("xray")
    logs: Any = boto3.client("logs")
    account = boto3.client("sts").get_caller_identity()["Account"]
    groups = f"arn:aws:logs:{xray.meta.region_name}:{account}:log-group"
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "xray.amazonaws.com"},
        "Action": "logs:PutLogEvents",
        "Resource": [f"{groups}:aws/spans:*", f"{groups}:/aws/application-signals/data:*"],
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    document = orjson.dumps(policy).decode()
    logs.put_resource_policy(policyName="TransactionSearchXRayAccess", policyDocument=document)
    xray.update_trace_segment_destination(Destination="CloudWatchLogs")
    rule = {"Probabilistic": {"DesiredSamplingPercentage": percentage}}
    xray.update_indexing_rule(Name="Default", Rule=rule)


def otlp_exporter(region: str, endpoint: str = "") -> OTLPSpanExporter:
    """Return OpenTelemetry's exporter for the OTLP endpoint of X-Ray in a region.

    ``endpoint`` is an address such as ``Server.url``, AWS's own by default.
    """
    base = endpoint or f"https://xray.{region}.amazonaws.com"
    session = requests.Session()
    session.auth = SignedRequests(region)
    if urlsplit(base).hostname == "127.0.0.1":
        session.trust_env = False  # No proxy is asked for what is on this machine.
    return OTLPSpanExporter(endpoint=f"{base}/v1/traces", session=session)


class SegmentExporter(SpanExporter):
    """Puts spans into X-Ray as segment documents; ``client`` is a boto3 client of it."""

    def __init__(self, client: Any = None) -> None:
        self._client = client or boto3.client("xray")

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Put the spans; what X-Ray does not take is logged and makes it a failure."""
        documents = documents_of(encode_spans(spans))
        texts = [orjson.dumps(document).decode() for document in documents]
        unprocessed: list[Mapping[str, str]] = []
        for begin in range(0, len(texts), _BATCH):
            batch = texts[begin : begin + _BATCH]
            answer = self._client.put_trace_segments(TraceSegmentDocuments=batch)
            unprocessed += answer["UnprocessedTraceSegments"]
        for each in unprocessed:
            _LOG.warning("X-Ray did not take %s: %s", each.get("Id"), each.get("Message"))
        return SpanExportResult.FAILURE if unprocessed else SpanExportResult.SUCCESS


class SdkEmitter:
    """Lets the X-Ray SDK put its segments by itself, where no daemon listens for them.

    ``xray_recorder.configure(service="orders", sampling=False, emitter=SdkEmitter())``.
    """

    def __init__(self, client: Any = None) -> None:
        self._client = client or boto3.client("xray")

    def send_entity(self, entity: Any) -> None:
        """Put a segment, or a subsegment that the SDK sends apart; the SDK calls this."""
        self._client.put_trace_segments(TraceSegmentDocuments=[entity.serialize()])

    def set_daemon_address(self, address: str) -> None:
        """Do nothing: there is no daemon."""


def on_demand(exporter: SpanExporter) -> BatchSpanProcessor:
    """Return OpenTelemetry's batch processor, which here sends nothing before ``force_flush``.

    In production it sends every few seconds, from a thread of its own. In a lab the clock stands
    still meanwhile, and a measurement should not have the export in it.
    """
    return BatchSpanProcessor(
        exporter,
        max_queue_size=MOST_SPANS,
        max_export_batch_size=MOST_SPANS,
        schedule_delay_millis=_NEVER,
    )
