"""YAML as this house reads it: no timestamps, floats, tags, anchors or aliases, no key twice (DOMAIN, Calendar and
numbers).

``2025-05-14`` and ``4.0`` stay the texts that they are, so a policy file, a form and a history file all become
canonical JSON without a guess::

    load("multiple: 4.0\\non: 2025-05-14\\n")   {"multiple": "4.0", "on": "2025-05-14"}

1. What is not quoted and reads as an integer, ``true``, ``false`` or ``null`` (or nothing) must be that; all else is
   text.
2. What a reader could take for something else must be refused with its line: tags, anchors, aliases, doubled keys.
3. Whatever bytes come in, the only error that goes out must be ``Malformed``, after reading at most MAX_BYTES.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import yaml

from ledger.errors import Malformed, NotFound
from ledger.record.canonical import MAX_LEVELS, Json, check

MAX_BYTES: Final = 2_000_000
_INTEGER: Final = re.compile(r"(?:0|-?[1-9][0-9]{0,15})\Z")
_WORDS: Final = {"true": True, "false": False, "null": None, "~": None, "": None}


class _Loader(yaml.BaseLoader):
    """The base loader makes texts only; integers and the three words are added back by `_construct`."""

    level = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        line = f"line {event.start_mark.line + 1}"
        if isinstance(event, yaml.AliasEvent):
            raise Malformed("an alias", line, "write the value out")
        if event.anchor is not None:
            raise Malformed(f"an anchor &{event.anchor}", line, "remove it")
        if event.tag is not None:
            raise Malformed(
                f"a tag {event.tag}", line, "quote what is text; nothing else has a type of its own"
            )
        if self.level == MAX_LEVELS and not isinstance(event, yaml.ScalarEvent):
            raise Malformed("nested too deeply", line, f"at most {MAX_LEVELS} levels")
        self.level += 1
        node = super().compose_node(parent, index)
        self.level -= 1
        return node


def load(text: str | bytes) -> Json:
    """The value of a YAML document in UTF-8; Malformed names the line."""
    if len(text) > MAX_BYTES:
        raise Malformed(f"a file of {len(text)} bytes, the limit is {MAX_BYTES}")
    decoded = text if isinstance(text, str) else _decoded(text)
    try:
        node = _Loader(decoded).get_single_node()
    except yaml.MarkedYAMLError as e:
        mark = e.problem_mark or e.context_mark
        raise Malformed(f"not YAML: {e.problem or e.context}", _line(mark.line) if mark else "") from None
    except yaml.reader.ReaderError as e:
        line = _line(decoded[: e.position].count("\n"))
        raise Malformed("a character that YAML does not allow", line, "remove it") from None
    except (
        yaml.YAMLError,
        ValueError,
        OverflowError,
    ) as e:  # an escape beyond Unicode, a version beyond numbers
        raise Malformed(f"not YAML: {e}"[:200]) from None
    value = None if node is None else _construct(node)
    check(value)
    return value


def load_file(path: Path) -> Json:
    """The value of a YAML file; NotFound when it cannot be read."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as e:
        raise NotFound(f"{path} cannot be read: {e.strerror}", "check the path and who may read it") from None
    return load(content)


def _decoded(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as e:
        line = _line(content[: e.start].count(b"\n"))
        raise Malformed("not UTF-8", line, "save it as UTF-8 text") from None


def _construct(node: yaml.Node) -> Json:
    if isinstance(node, yaml.MappingNode):
        out: dict[str, Json] = {}
        for key_node, value_node in node.value:
            key, line = key_node.value, _line(key_node.start_mark.line)
            if not isinstance(key, str):
                raise Malformed("a key that is no text", line)
            if key in out:
                raise Malformed(f"key {key!r} stands twice", line)
            out[key] = _construct(value_node)
        return out
    if isinstance(node, yaml.SequenceNode):
        return [_construct(item) for item in node.value]
    text = str(node.value)
    if not isinstance(node, yaml.ScalarNode) or node.style is not None:  # quoted or block text
        return text
    if text in _WORDS:
        return _WORDS[text]
    return int(text) if _INTEGER.match(text) else text


def _line(number: int) -> str:
    return f"line {number + 1}"
