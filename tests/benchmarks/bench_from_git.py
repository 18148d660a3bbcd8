"""Time of finding out which release shipped which commit, as the history grows.

Run ``python tests/benchmarks/bench_from_git.py``. Linear means that the last column, the time
for one commit, stays about the same.
"""

from __future__ import annotations

import random
import time

from devops_workbook.dora.commit_graph import Commit, Tag, generations, owners, releases

SIZES = ((10_000, 100), (30_000, 300), (100_000, 1_000), (300_000, 3_000))
REPEATS = 3


def history(commits: int, tags: int, seed: int = 1) -> tuple[dict[str, Commit], list[Tag]]:
    """Return a random history: one commit in five a merge, one tag in ten on an old branch."""
    dice = random.Random(seed)
    graph: dict[str, Commit] = {}
    names = [f"{index:040x}" for index in range(commits)]
    for index, name in enumerate(names):
        near = range(max(0, index - 50), index)
        count = min(len(near), 2 if dice.random() < 0.2 else 1)
        parents = tuple(names[parent] for parent in dice.sample(near, count))
        graph[name] = Commit(parents, 60 * index, 60 * index)
    found = []
    for index in range(tags):
        at = (index + 1) * commits // tags - 1
        on = dice.randrange(at) if dice.random() < 0.1 else at
        found.append(Tag(f"v{index}", names[on], 60 * at))
    return graph, found


def seconds(graph: dict[str, Commit], tags: list[Tag]) -> float:
    """Return the best time of a few runs."""
    best = float("inf")
    for _ in range(REPEATS):
        start = time.perf_counter()
        order = releases(tags, generations(graph))
        owners(graph, [release.tag.commit for release in order])
        best = min(best, time.perf_counter() - start)
    return best


def main() -> None:
    """Print one line per size."""
    print(f"{'commits':>9}{'tags':>7}{'seconds':>9}{'microseconds per commit':>25}")
    for commits, tags in SIZES:
        took = seconds(*history(commits, tags))
        print(f"{commits:>9,}{tags:>7,}{took:>9.3f}{took / commits * 1e6:>25.2f}")


if __name__ == "__main__":
    main()
