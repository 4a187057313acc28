"""Packed bodies in many members, as servers may send them: whole, padded, cut, and too many to be read one by one."""

from __future__ import annotations

import gzip
import random
import time

import pytest

from pipeline.files.gzipped import DamagedError
from pipeline.files.packing import TooLargeError, unpack

NOISE = random.Random(1).randbytes(100_000)


def test_members_are_read_one_after_another_whatever_their_length_and_padding():
    packed = gzip.compress(NOISE) + b"\0" * 20_000 + gzip.compress(b"kort") + gzip.compress(NOISE[::-1])
    assert unpack(packed, "gzip", 300_000) == NOISE + b"kort" + NOISE[::-1]


@pytest.mark.parametrize("cut", [1, 9, 50_000])
def test_a_cut_member_is_no_body(cut):
    with pytest.raises(DamagedError):
        unpack((gzip.compress(b"kort") + gzip.compress(NOISE))[:-cut], "gzip", 300_000)


def test_the_cap_is_that_of_all_members_together():
    packed = gzip.compress(b"x" * 60) * 2
    assert len(unpack(packed, "gzip", 120)) == 120
    with pytest.raises(TooLargeError):
        unpack(packed, "gzip", 119)


def test_many_small_members_take_linear_time():
    packed = gzip.compress(b"x") * 200_000
    begin = time.process_time()
    assert unpack(packed, "gzip", 1_000_000) == b"x" * 200_000
    assert time.process_time() - begin < 10
