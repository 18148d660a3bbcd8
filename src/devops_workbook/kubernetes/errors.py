"""What the cluster refuses, in the words in which kubectl shows it."""

from __future__ import annotations


class KubernetesError(Exception):
    """A request that the cluster refuses; the text is what kubectl prints."""


def not_found(resource: str, name: str) -> KubernetesError:
    """Return the error of something that is not there. ``resource`` is a plural name."""
    return KubernetesError(f'Error from server (NotFound): {resource} "{name}" not found')
