"""Reads of a PDF what tests ask: its text in reading order, its metadata, its tags. Enough for what Typst writes."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass

_OBJECT = re.compile(rb"(?m)^(\d+) 0 obj\b(.*?)\bendobj", re.DOTALL)
_STREAM = re.compile(rb"(.*?)\bstream\r?\n(.*)\r?\nendstream", re.DOTALL)
# Brackets that balance stand unescaped in a string: three deep is enough for letters.
_LITERAL = rb"[^\\()]"
for _ in range(3):
    _LITERAL = rb"(?:\\.|[^\\()]|\((?:" + _LITERAL + rb")*\))"
_STRING = rb"\(" + _LITERAL + rb"*\)"
_TOKEN = re.compile(
    rb"/([^\s/<>\[\]()]+)|<([0-9A-Fa-f\s]*)>|" + _STRING + rb"|([A-Za-z'\"*]+)|(-?[\d.]+)|[\[\]]|<<|>>", re.DOTALL
)
_ESCAPE = re.compile(rb"\\(\d{1,3}|.)", re.DOTALL)


@dataclass(frozen=True)
class Pdf:
    """One document, opened."""

    content: bytes
    objects: dict[int, bytes]

    @property
    def pages(self) -> list[bytes]:
        """The dictionaries of its pages, in order."""
        return [body for _, body in sorted(self.objects.items()) if re.search(rb"/Type\s*/Page\b", body)]

    @property
    def metadata(self) -> str:
        """Its XMP."""
        texts = (self.stream(number).decode(errors="replace") for number in self.objects)
        return next(text for text in texts if "<x:xmpmeta" in text)

    @property
    def catalog(self) -> bytes:
        """The root dictionary."""
        return next(body for body in self.objects.values() if re.search(rb"/Type\s*/Catalog\b", body))

    @property
    def roles(self) -> list[str]:
        """The kind of each tag."""
        tags = [body for body in self.objects.values() if b"/StructElem" in body]
        return [role.decode() for body in tags for role in re.findall(rb"/S\s*/(\w+)", body)]

    @property
    def _tree(self) -> dict[int, tuple[str, list[int], bool]]:
        """Each tag: its kind, the tags right under it, whether it holds anything at all."""
        tags = {number: body for number, body in self.objects.items() if b"/StructElem" in body}
        found = {}
        for number, body in tags.items():
            role = re.search(rb"/S\s*/(\w+)", body)
            kids = re.search(rb"/K\s*(\[[^\]]*\]|\d+(?: 0 R)?)", body)
            under = kids[1] if kids else b""
            links = [int(one) for one in re.findall(rb"(\d+) 0 R", under)]
            found[number] = (
                role[1].decode() if role else "",
                [one for one in links if one in tags],
                bool(under.strip(b"[] ")),
            )
        return found

    def roles_within(self, *parents: str) -> list[str]:
        """The kinds of the tags right under the tags of those kinds."""
        tree = self._tree
        return [tree[child][0] for role, under, _ in tree.values() if role in parents for child in under]

    @property
    def childless(self) -> list[str]:
        """The kinds of the tags that hold nothing."""
        return [role for role, _, holds in self._tree.values() if not holds]

    @property
    def alternatives(self) -> list[str]:
        """The texts of its images, for whoever does not see them."""
        shape = re.compile(rb"/Alt\s*(" + _STRING + rb"|<[0-9A-Fa-f]+>)", re.DOTALL)
        return [_string(raw) for body in self.objects.values() for raw in shape.findall(body)]

    @property
    def text(self) -> str:
        """All that is written, page after page, letters as a reader gets them; spaces are not those of the lines."""
        return "\n".join(self._page(page) for page in self.pages)

    def stream(self, number: int) -> bytes:
        """The unpacked content of one object, empty when it has none."""
        found = _STREAM.search(self.objects[number])
        if found is None:
            return b""
        return zlib.decompress(found[2]) if b"/FlateDecode" in found[1] else found[2]

    def _page(self, page: bytes) -> str:
        resources = page
        found = re.search(rb"/Resources\s+(\d+) 0 R", page)
        if found:
            resources = self.objects[int(found[1])]
        fonts = re.search(rb"/Font\s*<<(.*?)>>", resources, re.DOTALL)
        if fonts is None and (held := re.search(rb"/Font\s+(\d+) 0 R", resources)):
            fonts = re.search(rb"<<(.*)>>", self.objects[int(held[1])], re.DOTALL)
        letters = {
            name: self._letters(int(number))
            for name, number in re.findall(rb"/(\w+)\s+(\d+) 0 R", fonts[1] if fonts else b"")
        }
        contents = re.search(rb"/Contents\s+(\d+) 0 R", page)
        return _shown(self.stream(int(contents[1])), letters) if contents else ""

    def _letters(self, font: int) -> dict[int, str]:
        cmap = re.search(rb"/ToUnicode\s+(\d+) 0 R", self.objects[font])
        if cmap is None:
            return {}
        told = self.stream(int(cmap[1]))
        letters: dict[int, str] = {}
        for block in re.findall(rb"beginbfchar(.*?)endbfchar", told, re.DOTALL):
            for code, text in re.findall(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
                letters[int(code, 16)] = bytes.fromhex(text.decode()).decode("utf-16-be")
        for block in re.findall(rb"beginbfrange(.*?)endbfrange", told, re.DOTALL):
            for first, last, text in re.findall(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
                start = int(text, 16)
                for step in range(int(last, 16) - int(first, 16) + 1):
                    letters[int(first, 16) + step] = chr(start + step)
        return letters


def read_pdf(content: bytes) -> Pdf:
    """Open a document whose objects stand in clear (Typst's do)."""
    return Pdf(content, {int(number): body for number, body in _OBJECT.findall(content)})


def _shown(stream: bytes, fonts: dict[bytes, dict[int, str]]) -> str:
    """The operators Tf, Tj, TJ: a new text object begins a new line."""
    letters: dict[int, str] = {}
    said: list[str] = []
    waiting: list[bytes] = []
    name = b""
    for token in _TOKEN.finditer(stream):
        if token[1] is not None:
            name = token[1]
        elif token[2] is not None:
            waiting.append(bytes.fromhex(re.sub(rb"\s", b"", token[2]).decode()))
        elif token[0].startswith(b"("):
            waiting.append(_plain(token[0][1:-1]))
        elif token[3] == b"Tf":
            letters = fonts.get(name, {})
        elif token[3] in (b"Tj", b"TJ"):
            for raw in waiting:
                said += [letters.get(int.from_bytes(raw[at : at + 2], "big"), "\ufffd") for at in range(0, len(raw), 2)]
            waiting = []
        elif token[3] == b"BT":
            said.append("\n")
        elif token[3] is not None:
            waiting = []
    return "".join(said)


def _plain(raw: bytes) -> bytes:
    names = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
    return _ESCAPE.sub(lambda m: bytes([int(m[1], 8)]) if m[1].isdigit() else names.get(m[1], m[1]), raw)


def _string(raw: bytes) -> str:
    """A text string: UTF-16 with its mark, else Latin."""
    plain = bytes.fromhex(raw[1:-1].decode()) if raw.startswith(b"<") else _plain(raw[1:-1])
    return plain.decode("utf-16") if plain[:2] == b"\xfe\xff" else plain.decode("latin-1")
