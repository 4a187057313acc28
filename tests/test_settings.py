"""Bad settings are refused in one line that says what, where and what is near."""

from pathlib import Path

import pytest

from pipeline import settings, strict_yaml
from pipeline.errors import UsageError

BOOK = "parties:\n  - {id: noord, name: de noordkant}\n  - {id: zuid, name: {nl: de zuidkant, en: the south side}}\n"


def params(tmp_path: Path, text: str) -> settings.Params:
    (tmp_path / "params.yaml").write_text(text, "utf-8")
    return settings.load_params(tmp_path)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("edition: 2026-01-01\ntopcs: {}\n", "unknown key 'topcs'; did you mean 'topics'?"),
        ("edition: 2026-01-01\ntopics: {min_comment: 5}\n", "did you mean 'min_comments'?"),
        ("edition: 2026-01-01\nscrape: {delay_seconds: -1}\n", "scrape.delay_seconds"),
        ("edition: 2026-01-01\nseed: 1\nseed: 2\n", "line 3"),
        ("edition: 2026-01-01\nseed: !!python/object/apply:os.system [ls]\n", "line 2"),
        ("edition: soon\n", "edition"),
        ("seed: 3\n", "'edition' is missing"),
        ("", "is empty"),
        ("- a\n- b\n", "expected keys"),
        ("edition: 2026-01-01\nscrape:\n  contact: 'password: hunter2'\n", "looks like a secret"),
        ("edition: 2026-01-01 \nseed: [unclosed\n", "params.yaml"),
    ],
)
def test_bad_params_are_named(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        params(tmp_path, text)
    assert says in str(caught.value)
    assert "params.yaml" in str(caught.value)
    assert caught.value.exit_code == 2


def test_missing_folder_and_oversize_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is not there"):
        settings.load_params(tmp_path)
    (tmp_path / "params.yaml").mkdir()
    with pytest.raises(UsageError, match="is a folder"):
        settings.load_params(tmp_path)
    big = tmp_path / "codebook.yaml"
    big.write_bytes(b"#" * (strict_yaml.MAX_YAML_BYTES + 1))
    with pytest.raises(UsageError, match="refused"):
        settings.load_codebook(big)


def test_alias_bomb_is_refused(tmp_path: Path) -> None:
    levels = ["a0: &a0 [x, x]"] + [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 20)}]" for i in range(1, 9)]
    (tmp_path / "codebook.yaml").write_text("\n".join(levels), "utf-8")
    with pytest.raises(UsageError, match="aliases"):
        settings.load_codebook(tmp_path / "codebook.yaml")


def test_no_is_a_word(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text("debate: no\n" + BOOK, "utf-8")
    assert settings.load_codebook(tmp_path / "c.yaml").debate == "no"


@pytest.mark.parametrize(
    ("blames", "stance"),
    [
        ([], "no_blame"),
        (["noord"], "blame_noord"),
        (["noord", "zuid"], "blame_both"),
        (["other"], "blame_other"),
        (["zuid", "other"], "blame_zuid"),
    ],
)
def test_stance_rolls_up_from_parties(tmp_path: Path, blames: list[str], stance: str) -> None:
    (tmp_path / "c.yaml").write_text(BOOK + "  - {id: other, name: een ander}\n", "utf-8")
    book = settings.load_codebook(tmp_path / "c.yaml")
    assert book.derive_stance(blames) == stance
    assert stance in book.stance_ids


def test_a_codebook_needs_only_ids_and_names(tmp_path: Path) -> None:
    (tmp_path / "c.yaml").write_text("parties:\n  huurder: huurders\n  verhuurder: {name: verhuurders}\n", "utf-8")
    book = settings.load_codebook(tmp_path / "c.yaml")
    assert book.party_ids == ["huurder", "verhuurder"]
    assert book.stance_label("blame_huurder", "en") == "huurders"


@pytest.mark.parametrize("source_id", ["../x", "/etc", "a b", "x" * 65, "é", "", "UPPER"])
def test_source_ids_that_are_no_file_names_are_refused(tmp_path: Path, source_id: str) -> None:
    (tmp_path / "data/raw").mkdir(parents=True)
    (tmp_path / "data/raw/sources.yaml").write_text(
        f"sources:\n  - {{id: '{source_id}', kind: pasted, location: a.txt, added: 2026-01-01T00:00:00Z, provenance: imported}}\n",
        "utf-8",
    )
    with pytest.raises(UsageError, match=r"sources\.yaml"):
        settings.load_sources(tmp_path)


def test_a_source_may_not_leave_its_folder(tmp_path: Path) -> None:
    (tmp_path / "data/raw").mkdir(parents=True)
    (tmp_path / "data/raw/sources.yaml").write_text(
        "sources:\n  - {id: a, kind: pasted, location: ../../etc/passwd, added: 2026-01-01, provenance: imported}\n",
        "utf-8",
    )
    with pytest.raises(UsageError, match="file name"):
        settings.load_sources(tmp_path)
