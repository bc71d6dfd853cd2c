"""Print documents: a typst template of ``templates/print``, data as JSON, our own fonts.

Data never becomes markup, so a hostile text stays a text. Nothing of the machine enters a page: no
fonts of the system, no clock. The same data give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from survey.share import share
from survey.theme import font_folder

if TYPE_CHECKING:
    from typst import Compiler, Fonts

#: one file for the site (accessible) and for the archive of the protocol office
STANDARDS: Sequence[Any] = ("ua-1", "a-2a")
_FOLDER = "print"
_NO_GLYPH = re.compile(r'the text `"(?P<text>.*)"` could not be displayed', re.DOTALL)
#: DejaVu comes with matplotlib and has the letters that Titillium lacks
_SPARE_FONTS = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")


class PressError(RuntimeError):
    """The template refused the data; the message is the template's own, for the log."""


class UnprintableText(PressError):
    """A text holds a character that no font of ours can draw."""

    def __init__(self, text: str) -> None:
        super().__init__(f"no glyph for {text!r}")
        self.text = text


def compile_pdf(template: str, data: Mapping[str, Any]) -> bytes:
    """Set a document as PDF/UA-1 and PDF/A-2a; the template reads ``sys.inputs.data``."""
    compiler = _compiler(template, data)
    try:
        return cast(bytes, compiler.compile(format="pdf", pdf_standards=list(STANDARDS)))
    except RuntimeError as error:
        raise _explain(error) from error


def spell_out(value: Any) -> Any:
    """Replace in texts, however nested, each character that no font of ours has by its code.

    For documents that must come out whatever somebody once typed, and can no longer change.
    """
    if isinstance(value, str):
        drawn = _drawn()
        return "".join(one if one in drawn else f"[U+{ord(one):04X}]" for one in value)
    if isinstance(value, Mapping):
        return {key: spell_out(one) for key, one in value.items()}
    if isinstance(value, Sequence):
        return [spell_out(one) for one in value]
    return value


def query(template: str, data: Mapping[str, Any], label: str) -> list[Any]:
    """Return the values of the metadata that the template marks with a label such as ``<fact>``."""
    compiler = _compiler(template, data)
    try:
        found = compiler.query(label, field="value")
    except RuntimeError as error:
        raise _explain(error) from error
    return cast(list[Any], json.loads(found) if isinstance(found, str | bytes) else found)


def template_digest(template: str) -> str:
    """Name what decides where things are printed: templates, typst and the fonts at hand."""
    digest = hashlib.sha256(version("typst").encode())
    for path in sorted(_folder().glob("*.typ")):
        # a shared module has no document of its own; another document's template does not matter
        if path.name == template or path.name.startswith("shared"):
            digest.update(path.read_bytes())
    for path in _font_files():
        digest.update(f"{path.name} {path.stat().st_size}".encode())
    return digest.hexdigest()


def _compiler(template: str, data: Mapping[str, Any]) -> Compiler:
    from typst import Compiler

    folder = _folder()
    return Compiler(
        input=folder / template,
        root=folder,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )


def _folder() -> Path:
    return share("templates") / _FOLDER


@cache
def _fonts() -> Fonts:
    from typst import Fonts

    folders = sorted({str(path.parent) for path in _font_files()})
    return Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)


def _font_files() -> list[Path]:
    folder = font_folder()
    files = [] if folder is None else sorted(folder.glob("*.ttf"))
    spec = find_spec("matplotlib")  # found, not imported: that would cost a second
    if spec is not None and spec.submodule_search_locations:
        spare = Path(next(iter(spec.submodule_search_locations))) / "mpl-data" / "fonts" / "ttf"
        files += [spare / name for name in _SPARE_FONTS if (spare / name).is_file()]
    return files


@cache
def _drawn() -> frozenset[str]:
    """Return the characters that can be set; a line end is no glyph."""
    from matplotlib.ft2font import FT2Font

    charmaps = (FT2Font(str(path)).get_charmap() for path in _font_files())
    return frozenset("\n").union(*(map(chr, charmap) for charmap in charmaps))


def _explain(error: RuntimeError) -> PressError:
    """Tell a text that cannot be drawn from a fault of the template."""
    found = _NO_GLYPH.search(str(error))
    return UnprintableText(found["text"]) if found else PressError(str(error))
