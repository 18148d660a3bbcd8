"""The only package that knows moto's internals: it lets moto answer, sealed and on our clock.

seam.py          one environment's moto: started, stopped, asked
lookup.py        which service and operation a request is for, and what moto simulates
handlers.py      our operations in the classes in which moto answers
bucket_policies.py what a bucket's policy denies
function_code.py the code of Lambda functions
keys.py          access key ids that nobody guesses
new_services.py  services that moto does not have at all
quick_answers.py moto's serialisers, without what they would work out anew each time
repositories.py  the settings of ECR's repositories

``tests/offline_aws/test_canary.py`` names each internal that it relies on.
"""

from __future__ import annotations

from offline_aws.moto_seam.function_code import function_code
from offline_aws.moto_seam.lookup import operation_of, service_of, simulated
from offline_aws.moto_seam.repositories import (
    RepositorySettings,
    replication_rules,
    repository_settings,
)
from offline_aws.moto_seam.seam import Answer, MotoSeam

__all__ = [
    "Answer",
    "MotoSeam",
    "RepositorySettings",
    "function_code",
    "operation_of",
    "replication_rules",
    "repository_settings",
    "service_of",
    "simulated",
]
