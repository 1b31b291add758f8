"""YAML as this house reads it: no timestamps, no floats, no duplicate keys, no aliases (DOMAIN, Calendar and numbers).

``2025-05-14`` and ``4.0`` stay the texts that they are, so a policy file, a form and a history file all become
canonical JSON without a guess::

    load("multiple: 4.0\\non: 2025-05-14\\n")   {"multiple": "4.0", "on": "2025-05-14"}
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Final

import yaml

from ledger.errors import Malformed
from ledger.record.canonical import Json, check

MAX_BYTES: Final = 2_000_000
_INTEGER: Final = re.compile(r"-?(0|[1-9][0-9]*)\Z")
_WORDS: Final = {"true": True, "false": False, "null": None, "~": None, "": None}


class _Loader(yaml.BaseLoader):
    """The base loader makes texts only; integers and the three words are added back by `construct`."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise Malformed("an alias", f"line {mark.line + 1}", "write the value out")
        return super().compose_node(parent, index)


def load(text: str | bytes) -> Json:
    """The value of a YAML document; Malformed names the line."""
    if len(text) > MAX_BYTES:
        raise Malformed(f"a file of {len(text)} bytes, the limit is {MAX_BYTES}")
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        value = None if node is None else _construct(node, 1)
    except yaml.MarkedYAMLError as e:
        line = f"line {e.problem_mark.line + 1}" if e.problem_mark else ""
        raise Malformed(f"not YAML: {e.problem or e.context}", line) from None
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as e:
        raise Malformed(f"not YAML: {type(e).__name__}", "", "write it as UTF-8 text") from None
    check(value)
    return value


def load_file(path: Path) -> Json:
    """The value of a YAML file."""
    return load(path.read_bytes())


def _construct(node: yaml.Node, level: int) -> Json:
    line = f"line {node.start_mark.line + 1}"
    if level > 40:
        raise Malformed("nested too deeply", line)
    if isinstance(node, yaml.MappingNode):
        out: dict[str, Json] = {}
        for key_node, value_node in node.value:
            key = key_node.value
            if not isinstance(key, str):
                raise Malformed("a key that is no text", line)
            if key in out:
                raise Malformed(f"key {key!r} stands twice", f"line {key_node.start_mark.line + 1}")
            out[key] = _construct(value_node, level + 1)
        return out
    if isinstance(node, yaml.SequenceNode):
        return [_construct(item, level + 1) for item in node.value]
    text = str(node.value)
    if not isinstance(node, yaml.ScalarNode) or node.style is not None:  # quoted or block text
        return text
    if text.lower() in _WORDS:
        return _WORDS[text.lower()]
    return int(text) if _INTEGER.match(text) and len(text) < 17 else text
