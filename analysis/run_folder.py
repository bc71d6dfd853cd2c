"""A folder of results that is written whole, or left as it was."""

import errno
import json
import os
import re
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from analysis.manifest import NAME, read_manifest, text_sha256

#: Drawings of one service or of the body, by `analysis.charts.gallery`.
_DRAWINGS = (
    r"(?:answers-\d+|dimensions|drivers|funnel|gaps-[a-z-]+|modes|priorities|profile|services"
    r"|standards|years)(?:-narrow)?\.svg"
)
_SLUG = 40


@contextmanager
def filled(out: Path, *, earlier: Collection[str] = ()) -> Iterator[Path]:
    """Give a folder to write into; when all is written, its files go where they belong.

    Parameters
    ----------
    out : Path
        Where they belong; made where it is missing.
    earlier : collection of str
        Files of an earlier run, from `out`: those that are not written again are removed.

    Yields
    ------
    Path
        An empty folder on the same disk.

    Raises
    ------
    OSError
        If `out` cannot be written. After this or any other error it is as it was before.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as place:
    ...     with filled(Path(place) / "out") as folder:
    ...         _ = (folder / "a.txt").write_text("a")
    ...     os.listdir(Path(place) / "out")
    ['a.txt']
    """
    base = out
    while not base.exists() and base != base.parent:
        base = base.parent
    if not base.is_dir():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(base))
    with tempfile.TemporaryDirectory(prefix=".gradimento-", dir=base) as name:
        new, old = Path(name) / "new", Path(name) / "old"
        new.mkdir()
        yield new
        _Exchange(new, out, old).run(earlier)


class _Exchange:
    """Puts new files in the place of old ones, keeping these until all is done."""

    def __init__(self, new: Path, out: Path, old: Path) -> None:
        self._new, self._out, self._old = new, out, old
        self._kept: list[str] = []
        self._placed: list[str] = []
        self._made: list[Path] = []

    def run(self, earlier: Collection[str]) -> None:
        files = [path for path in sorted(self._new.rglob("*")) if path.is_file()]
        names = [path.relative_to(self._new).as_posix() for path in files]
        for name in names:
            self._refuse_what_is_in_the_way(name)
        try:
            for name in names:
                self._folder(self._out, (self._out / name).parent)
                self._keep(name)
                self._placed.append(name)
                (self._new / name).replace(self._out / name)
            for name in sorted({*earlier} - {*names}):
                self._keep(name)
        except BaseException:
            self._undo()
            raise

    def _refuse_what_is_in_the_way(self, name: str) -> None:
        target = self._out / name
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target))
        folder = target.parent
        if os.path.lexists(folder) and not folder.is_dir():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(folder))

    def _folder(self, top: Path, folder: Path) -> None:
        """Make a folder with those above it, noting which."""
        if not folder.exists():
            self._folder(top, folder.parent)
            self._made.append(folder)
            folder.mkdir()

    def _keep(self, name: str) -> None:
        """Take an old file away, if there is one, to where it can be fetched back."""
        if os.path.lexists(self._out / name):
            (self._old / name).parent.mkdir(parents=True, exist_ok=True)
            self._kept.append(name)
            (self._out / name).replace(self._old / name)

    def _undo(self) -> None:
        # what was noted may not have been done: the error may have come in between
        for name in self._placed:
            if not (self._new / name).exists():
                (self._out / name).unlink(missing_ok=True)
        for name in self._kept:
            if os.path.lexists(self._old / name):
                (self._old / name).rename(self._out / name)
        for folder in reversed(self._made):
            if folder.exists():
                folder.rmdir()


def earlier_files(out: Path) -> frozenset[str]:
    """Tell which drawings and report in a folder are those of the run that its manifest is of.

    Parameters
    ----------
    out : Path
        Folder of results; it need not exist.

    Returns
    -------
    frozenset of str
        Paths from the folder. Drawings are known by place and name of a service of the results
        and by the name of a chart. Nothing is known without a manifest, or where the results are
        not those of the manifest.

    Examples
    --------
    >>> earlier_files(Path("/nowhere"))
    frozenset()
    """
    try:
        manifest = read_manifest(json.loads((out / NAME).read_text(encoding="utf-8")))
        text = (out / "results.json").read_text(encoding="utf-8")
        present = [path.name for path in (out / "charts").iterdir() if path.is_file()]
    except (OSError, ValueError, RecursionError):
        return frozenset()
    if text_sha256(text) != manifest.results_sha256:
        return frozenset()
    services = [str(one["name"]) for one in json.loads(text)["services"]]
    starts = ["00-ente", *(_start(place, name) for place, name in enumerate(services, start=1))]
    pattern = re.compile(f"(?:{'|'.join(map(re.escape, starts))})-{_DRAWINGS}")
    drawings = {f"charts/{name}" for name in present if pattern.fullmatch(name)}
    report = {"report.html"} if (out / "report.html").is_file() else set[str]()
    return frozenset(drawings | report)


def _start(place: int, service: str) -> str:
    """Begin the name of a service's drawings, as `analysis.report` does."""
    plain = re.sub(r"[^a-z0-9]+", "-", service.lower()).strip("-")[:_SLUG].strip("-")
    return "-".join(part for part in (f"{place:02d}", plain) if part)
