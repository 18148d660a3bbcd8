"""An error on the wire, in the form that the clients of each of AWS's protocols read.

The forms are those of https://smithy.io/2.0/aws/protocols/ and, for S3, of its API reference.
"""

from __future__ import annotations

import json
import re
from xml.sax.saxutils import escape

from offline_aws.http_message import HttpResponse

_XML = {
    "query": "<ErrorResponse>{error}<RequestId/></ErrorResponse>",
    "rest-xml": "<ErrorResponse>{error}<RequestId/></ErrorResponse>",
    "ec2": "<Response><Errors>{error}</Errors><RequestID/></Response>",
    "s3": "{error}",
}
# https://www.w3.org/TR/xml/#charsets
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def error_response(protocol: str, code: str, message: str, status: int = 400) -> HttpResponse:
    """Return an error in a protocol of botocore's models; ``s3`` is one of its own here."""
    headers = {"x-amzn-errortype": code}
    if protocol in _XML:
        kind = "" if protocol in ("ec2", "s3") else "<Type>Sender</Type>"
        said = escape(_NOT_IN_XML.sub("\ufffd", message))
        error = f"<Error>{kind}<Code>{escape(code)}</Code><Message>{said}</Message>"
        text = '<?xml version="1.0" encoding="UTF-8"?>' + _XML[protocol].format(
            error=f"{error}</Error>"
        )
        return HttpResponse(status, {**headers, "Content-Type": "text/xml"}, text.encode())
    fields = {"__type": code, "message": message}
    if protocol == "smithy-rpc-v2-cbor":
        headers |= {"Content-Type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}
        return HttpResponse(status, headers, _cbor(fields))
    headers["Content-Type"] = (
        f"application/{'json' if protocol == 'rest-json' else 'x-amz-json-1.1'}"
    )
    return HttpResponse(status, headers, json.dumps(fields).encode())


def _cbor(fields: dict[str, str]) -> bytes:
    """Return a small map of texts in CBOR (RFC 8949, section 3): the length in two bytes each."""
    texts = (text.encode() for pair in fields.items() for text in pair)
    pieces = (b"\x79" + len(text).to_bytes(2, "big") + text for text in texts)
    return bytes([0xA0 + len(fields)]) + b"".join(pieces)
