"""Tags, which every service has and few in the same words: read off the models of its calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from offline_aws.cloudformation.resource_type import Properties
from offline_aws.cloudformation.resources._calls import Call, Look
from offline_aws.cloudformation.resources._models import Words, input_shape, output_shape
from offline_aws.cloudformation.resources._resource import Resource, at
from offline_aws.cloudformation.resources._values import ID

_AWS = "aws:"


@dataclass(frozen=True)
class Tags:
    """The property ``Tags``: those of the template and those of the stack.

    ``resource`` is what the calls know the resource by. ``extra`` are parameters besides.
    ``listed`` is the call that lists the tags, or, with ``path``, none: they are in the answer
    about the resource. The tags ``aws:cloudformation:...`` are put on it unless ``aws_tags`` is
    false: from anybody but AWS a service refuses them, and some offline ones do so too.
    """

    resource: Callable[[Resource], Any] = ID
    tag: str = "tag_resource"
    untag: str = "untag_resource"
    listed: str = "list_tags_for_resource"
    path: str = ""
    name: str = "Tags"
    extra: Mapping[str, Any] = field(default_factory=dict)
    aws_tags: bool = True
    words: Words | None = None
    clear: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Return the name of the property."""
        return (self.name,)

    @property
    def looks(self) -> bool:
        """Say that what it shows is all there is, also where they are in the answer."""
        return True

    def apply(self, it: Resource, old: Properties) -> None:
        """Put the tags that are new or changed, remove those that the template has no more."""
        before = as_map(old.get(self.name))
        now = {**self._of_stack(it), **as_map(it[self.name])}
        put = {key: value for key, value in now.items() if before.get(key) != value}
        gone = [key for key in before if key not in now]
        if gone:
            self._call(it, self.untag, gone)
        if put:
            self._call(it, self.tag, put)

    def show(self, it: Resource) -> dict[str, Any]:
        """Return the tags without those of AWS and of the stack."""
        found = at(self.path, it.live) if self.path else self._ask(it)
        own = own_tags(it, found)
        return {self.name: self.as_property(it, own)} if own else {}

    def as_property(self, it: Resource, tags: Mapping[str, str]) -> Any:
        """Return tags as the schema of the type has them: a list, or an object."""
        if it.type.schema["properties"][self.name].get("type") == "object":
            return dict(tags)
        return [{"Key": key, "Value": value} for key, value in tags.items()]

    def _of_stack(self, it: Resource) -> dict[str, str]:
        return dict(it.context.tags) if self.aws_tags else stack_tags(it)

    def _call(self, it: Resource, operation: str, tags: Mapping[str, str] | list[str]) -> None:
        shape = input_shape(it.client, operation)
        place = _tags_member(shape)
        parameters = {**self.extra, place: fitted(shape.members[place], tags)}
        Call(operation, parameters | self._known_by(it, shape, place)).run(it)

    def _ask(self, it: Resource) -> Any:
        shape = input_shape(it.client, self.listed)
        place = _tags_member(output_shape(it.client, self.listed))
        known_by = self._known_by(it, shape, "")
        found = Look(self.listed, {**self.extra, **known_by}, place).run(it)
        # Elastic Load Balancing describes the tags of several.
        several = isinstance(found, list) and found and "Tags" in found[0]
        return found[0]["Tags"] if several else found

    def _known_by(self, it: Resource, shape: Any, tags: str) -> dict[str, Any]:
        known = {tags, *self.extra}
        name = next(each for each in (*shape.required_members, *shape.members) if each not in known)
        resource = self.resource(it)
        many = shape.members[name].type_name == "list"
        return {name: [resource] if many else resource}


def _tags_member(shape: Any) -> str:
    return str(next(name for name in shape.members if "tag" in name.lower()))


def fitted(shape: Any, tags: Mapping[str, str] | list[str]) -> Any:
    """Return tags, or the keys of tags, in the form that a call wants."""
    if shape.type_name == "map":
        return tags
    member = shape.member
    if member.type_name != "structure":
        return list(tags)
    key, value = (
        next(each for each in member.members if each.lower().endswith(end))
        for end in ("key", "value")
    )
    if isinstance(tags, list):
        return [{key: each} for each in tags]
    return [{key: each, value: tags[each]} for each in tags]


def all_tags(property: str = "Tags", *, form: str = "list") -> Callable[[Resource], Any]:
    """Stand for the tags of the template and the stack, where a call takes them with the rest.

    ``form`` is how the call takes them, ``list`` or ``map``.
    """

    def found(it: Resource) -> Any:
        tags = {**stack_tags(it), **as_map(it[property])}
        return tags if form == "map" else [{"Key": key, "Value": tags[key]} for key in tags]

    return found


def stack_tags(it: Resource) -> dict[str, str]:
    """Return the tags of the stack without those of AWS."""
    return {key: each for key, each in it.context.tags.items() if not key.startswith(_AWS)}


def shown_tags(path: str, property: str = "Tags") -> Callable[[Resource], Any]:
    """Return what shows the tags that are in the answer about a resource."""
    return lambda it: Tags(path=path, name=property).show(it).get(property)


def own_tags(it: Resource, tags: Any) -> dict[str, str]:
    """Return tags without those of AWS and of the stack."""
    stack = it.context.tags
    return {
        key: value
        for key, value in as_map(tags).items()
        if not key.startswith(_AWS) and stack.get(key) != value
    }


def as_map(tags: Any) -> dict[str, str]:
    """Return tags of any form as a map."""
    if isinstance(tags, Mapping):
        return dict(tags)
    found = {}
    for each in tags or ():
        by_end = {name.lower().removeprefix("tag"): value for name, value in each.items()}
        found[str(by_end["key"])] = str(by_end.get("value", ""))
    return found
