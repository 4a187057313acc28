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


@pytest.mark.parametrize("junk", [b"junkjunk\n", b"\0\0<!-- klaar -->", b"\x1f"])
def test_what_follows_a_whole_member_and_is_none_is_left_out_but_not_the_begin_of_one(junk):
    packed = gzip.compress(b"een ") + gzip.compress(b"twee") + junk
    if junk == b"\x1f":
        with pytest.raises(DamagedError):
            unpack(packed, "gzip", 99)
    else:
        assert unpack(packed, "gzip", 99) == b"een twee"
        with pytest.raises(DamagedError):
            unpack(packed[: -len(junk) - 8] + b"\0\0\0\0" + packed[-len(junk) - 4 :], "gzip", 99)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_flipped_byte_at_the_begin_is_damage_and_a_body_that_was_unpacked_is_none(place):
    packed = bytearray(gzip.compress(NOISE))
    packed[place] ^= 4
    with pytest.raises(DamagedError):
        unpack(bytes(packed), "gzip", 300_000)
    assert unpack(b"<p>al uitgepakt", "gzip", 300_000) == b"<p>al uitgepakt"


@pytest.mark.parametrize("encoding", ["none", "UTF-8", "identity", "gzip, none", "utf8,gzip"])
def test_what_is_no_packing_is_passed_over(encoding):
    body = gzip.compress(b"ja") if "gzip" in encoding else b"ja"
    assert unpack(body, encoding, 99) == b"ja"
