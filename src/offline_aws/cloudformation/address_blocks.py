"""Fn::Cidr: a block of addresses cut into smaller ones."""

from __future__ import annotations

import ipaddress
from itertools import islice

from offline_aws.cloudformation.mistakes import Mistake

_MOST = 256


def blocks(values: list[str]) -> list[str]:
    """Return ``count`` blocks of ``bits`` host bits, from [block, count, bits]; bits default to 8.

    Raises ``Mistake``.
    """
    block, count, bits = (*values, "8")[:3] if 2 <= len(values) <= 3 else ("", "", "")
    if not count.isdecimal() or not bits.isdecimal() or not 1 <= int(count) <= _MOST:
        raise Mistake(
            "Template error: every Fn::Cidr object requires two parameters, an IP block and a "
            f"count of 1 to {_MOST}, and optionally the number of subnet bits."
        )
    try:
        network = ipaddress.ip_network(block, strict=False)
        found = network.subnets(new_prefix=network.max_prefixlen - int(bits))
        cut = [str(each) for each in islice(found, int(count))]
    except ValueError:
        cut = []
    if len(cut) < int(count):
        raise Mistake(
            f"Template error: Fn::Cidr cannot make {count} blocks with {bits} subnet bits out of "
            f"{block}"
        )
    return cut
