"""What stands for the parameters of calls in an entry, until there is a resource."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from offline_aws.cloudformation.resources._resource import Resource, at

#: What stands for a parameter in an entry: the value, or how it is found.
Parameter = Any
Parameters = Mapping[str, Parameter]


def ID(it: Resource) -> str:
    """Stand for the physical id."""
    return it.id


def VALUE(it: Resource) -> Any:
    """Stand for the property, or the member of a list, that a call is about."""
    return it.value


def bit(number: int) -> Callable[[Resource], str]:
    """Stand for a piece of a physical id that is made of several."""
    return lambda it: it.bits[number]


def prop(name: str) -> Callable[[Resource], Any]:
    """Stand for a property; the parameter is left out where it is not set."""
    return lambda it: it[name]


def live(path: str) -> Callable[[Resource], Any]:
    """Stand for something in the service's answer about the resource."""
    return lambda it: at(path, it.live)


def same_as(property: str, path: str) -> Callable[[Resource], Any]:
    """Return what shows something that has a name and an ARN as the template calls it.

    Where it is another one, it is shown as the service has it.
    """

    def shown(it: Resource) -> Any:
        live, wanted = at(path, it.live), it[property]
        if isinstance(live, str) and isinstance(wanted, str):
            ends = [re.split("[:/]", each)[-1] for each in (live, wanted)]
            return wanted if ends[0] == ends[1] else live
        return live

    return shown


def filled(parameter: Parameter, it: Resource) -> Any:
    """Return a parameter with what stands for something replaced by it; None is left out."""
    if callable(parameter):
        return parameter(it)
    if isinstance(parameter, Mapping):
        found = {name: filled(each, it) for name, each in parameter.items()}
        return {name: each for name, each in found.items() if each is not None}
    if isinstance(parameter, (list, tuple)):
        return [filled(each, it) for each in parameter]
    return parameter
