"""The folder of results is written whole or left as it was, and keeps nothing of an earlier run."""

from pathlib import Path
from typing import Any

import pytest

import analysis.report
from analysis.__main__ import main
from analysis.run_folder import earlier_files, filled

REFERENCE = Path(__file__).parent.parent / "reference"
SOMERVILLE = REFERENCE / "somerville_2015.csv"
TWO = [f"urp/2014={SOMERVILLE}", f"Asili nido/2015={SOMERVILLE}", f"urp/2015={SOMERVILLE}"]


def test_a_fault_in_drawing_leaves_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(analysis.report, "write", _draw_one_and_fail)

    with pytest.raises(ValueError, match="cannot be drawn"):
        _run(tmp_path / "deep" / "out", f"2015={SOMERVILLE}")

    assert list(tmp_path.iterdir()) == []


def test_a_fault_in_drawing_leaves_the_folder_of_the_earlier_run_as_it_was(
    published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _content(published)
    monkeypatch.setattr(analysis.report, "write", _draw_one_and_fail)

    with pytest.raises(ValueError, match="cannot be drawn"):
        _run(published, f"urp/2015={SOMERVILLE}")

    assert _content(published) == before


def test_a_run_leaves_what_a_run_into_an_empty_folder_would_have_written(
    published: Path, tmp_path: Path
) -> None:
    assert _run(published, f"urp/2015={SOMERVILLE}") == 0
    assert _run(tmp_path / "fresh", f"urp/2015={SOMERVILLE}") == 0

    assert "charts/01-urp-years.svg" in _content(published)
    assert set(_content(published)) == set(_content(tmp_path / "fresh"))


def test_files_that_the_earlier_run_did_not_write_are_never_touched(published: Path) -> None:
    mine = [
        "charts/02-asili-nido-vecchio.svg", "charts/years.svg", "charts/03-tari-years.svg",
        "charts/02-asili-nido-years.png", "charts/02-asili-nido-years.svg.bak", "note.txt",
        "charts/00-ente-years-vecchio.svg", "charts/02-asili-nido-foto-years.svg",
        "tables/mie.csv",
    ]  # fmt: skip
    for name in mine:
        (published / name).write_text("mio", "utf-8")

    assert _run(published, f"urp/2015={SOMERVILLE}") == 0

    found = _content(published)
    assert {name: found.get(name) for name in mine} == dict.fromkeys(mine, b"mio")
    assert "charts/02-asili-nido-years.svg" not in found


@pytest.mark.parametrize("manifest", [None, "{", '{"format": "another/1"}', "[]"])
def test_without_a_manifest_of_ours_nothing_is_taken_for_ours(
    published: Path, manifest: str | None
) -> None:
    (published / "manifest.json").unlink()
    if manifest is not None:
        (published / "manifest.json").write_text(manifest, "utf-8")

    assert earlier_files(published) == frozenset()
    assert _run(published, f"urp/2015={SOMERVILLE}") == 0
    assert "charts/02-asili-nido-years.svg" in _content(published)


def test_results_that_are_not_those_of_the_manifest_tell_nothing(published: Path) -> None:
    assert "charts/02-asili-nido-years.svg" in earlier_files(published)

    with (published / "results.json").open("a", encoding="utf-8") as stream:
        stream.write("\n")

    assert earlier_files(published) == frozenset()


def test_every_drawing_of_a_whole_body_is_known_again(
    simulated: tuple[dict[str, Any], Path], tmp_path: Path
) -> None:
    document, folder = simulated
    with filled(tmp_path / "out") as new:
        analysis.report.write(document, new, language="en")
        for name in ("manifest.json", "results.json"):
            (new / name).write_bytes((folder / name).read_bytes())

    written = set(_content(tmp_path / "out")) - {"manifest.json", "results.json"}
    assert len(written) > 50
    assert earlier_files(tmp_path / "out") == written


@pytest.mark.parametrize(
    ("name", "folder"), [("charts", False), ("results.json", True), ("manifest.json", True)]
)
def test_what_stands_in_the_way_is_named_and_nothing_changes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, folder: bool
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    if folder:
        (out / name).mkdir()
        (out / name / "mio.txt").write_text("mio", "utf-8")
    else:
        (out / name).write_text("mio", "utf-8")
    before = _content(out)

    assert _run(out, f"2015={SOMERVILLE}") == 2

    assert name in capsys.readouterr().err
    assert _content(out) == before


@pytest.mark.parametrize("nth", range(1, 8))
def test_a_disk_that_fails_half_way_gives_the_old_files_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, nth: int
) -> None:
    out = tmp_path / "out"
    with filled(out) as new:
        (new / "a").write_text("old", "utf-8")
        (new / "gone").write_text("old", "utf-8")
    calls = iter(range(1, 100))
    real = Path.replace

    def failing(source: Path, target: Path) -> Path:
        if next(calls) == nth:
            raise OSError(28, "No space left on device")
        return real(source, target)

    monkeypatch.setattr(Path, "replace", failing)
    before = _content(out)
    fails = nth <= 4  # the old a, the new a, the new sub/b, the old gone
    try:
        with filled(out, earlier=frozenset({"gone", "a"})) as new:
            (new / "a").write_text("new", "utf-8")
            (new / "sub").mkdir()
            (new / "sub" / "b").write_text("new", "utf-8")
    except OSError:
        assert fails
        assert _content(out) == before
        assert not (out / "sub").exists()
    else:
        assert not fails
        assert _content(out) == {"a": b"new", "sub/b": b"new"}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def _draw_one_and_fail(_: object, out: Path, **__: object) -> None:
    (out / "charts").mkdir()
    (out / "charts" / "01-urp-years.svg").write_text("half", "utf-8")
    raise ValueError("cannot be drawn")


def _run(out: Path, *waves: str) -> int:
    given = ["run", "--questionnaire", str(REFERENCE / "somerville_questionnaire.json")]
    return main([*given, *(f"--wave={wave}" for wave in waves), "--out", str(out)])


def _content(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def published(tmp_path: Path) -> Path:
    assert _run(tmp_path / "out", *TWO) == 0
    return tmp_path / "out"
