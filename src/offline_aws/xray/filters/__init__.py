"""X-Ray's filter expressions: their grammar, and what they hold for.

``parse`` turns a text into a function of a trace. Faithful to the X-Ray developer guide, "filter
expressions": boolean, number and string keywords; AND, OR, ! and AND left out; service, edge and
id; annotations; groups; root causes and their JSON. Keywords and operators may be in any case.
"""

from __future__ import annotations

from offline_aws.xray.filters.compilation import Predicate, everything, parse
from offline_aws.xray.filters.selection import Selection, parse_selector

__all__ = ["Predicate", "Selection", "everything", "parse", "parse_selector"]
