"""OpenTelemetry spans as X-Ray segment documents, by the rules of the collector's awsxray exporter.

A span of the kind SERVER, and one without a parent, is a segment; every other is a subsegment that
is sent apart. One of the kind CLIENT is a call to another service: ``aws`` where an AWS SDK made
it, else ``remote``. An attribute is an annotation where the span's ``aws.xray.annotations`` names
it, and metadata otherwise. Where the exporter would name a call after its method or statement, it
is named after the host or the database system here.

https://github.com/open-telemetry/opentelemetry-collector-contrib/tree/main/exporter/awsxrayexporter
"""

from __future__ import annotations

from offline_aws.span_segments.conversion import documents_of, spans_in

__all__ = ["documents_of", "spans_in"]
