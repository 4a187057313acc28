"""The door to the numerical libraries: one thread, no chatter.

One thread, because sums and random draws in another order change the clusters: the same comments must give the same topics
on one core and on two, whatever the environment says. No chatter, because on small corpora the libraries warn of
what this stage expects and handles (fewer points than neighbours, points that nothing is near to, a graph in several
pieces, deprecations between the libraries themselves); whoever runs the pipeline can do nothing about it.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def one_thread() -> Iterator[None]:
    """Run the block with one thread in BLAS, OpenMP and numba, and without library warnings; restore both after."""
    import numba
    from threadpoolctl import threadpool_limits

    before = numba.get_num_threads()
    with warnings.catch_warnings(), threadpool_limits(limits=1):
        warnings.simplefilter("ignore")
        numba.set_num_threads(1)
        try:
            yield
        finally:
            numba.set_num_threads(before)
