"""Chromium 78 is the oldest browser an office may have: what it cannot read is not written (docs/ui.md)."""

import re

import pytest

from tests.house.sources import files, lines_matching

CSS_LATER = re.compile(
    r":has\(|:is\(|:where\(|(?<![-\w])inset(?:-\w+)?\s*:|aspect-ratio\s*:|@container|@layer|@property|(?<!-)\b(?:clamp|min|max|color-mix)\(|\b\d+dv[hw]\b|overflow\s*:\s*clip"
)
JS_LATER = re.compile(
    r"\?\.(?!\d)|\?\?|\|\|=|&&=|\.replaceAll\(|\.at\(|\bstructuredClone\b|Promise\.(any|allSettled\w)|Object\.hasOwn|\.findLast|:has\(|:is\("
)
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
RULE = re.compile(r"([^{}]*)\{([^{}]*)\}")


def rules(text):
    """Yield selector and body of each innermost rule of a style sheet."""
    for found in RULE.finditer(text):
        yield found[1].strip(), found[2]


def without_refinements(text):
    """Drop each declaration after an older one of the same property in its rule: an old browser keeps the older."""

    def kept(rule):
        seen, body = set(), []
        for declaration in rule[2].split(";"):
            prop = declaration.partition(":")[0].strip()
            if prop not in seen:
                body.append(declaration)
            seen.add(prop)
        return f"{rule[1]}{{{';'.join(body)}}}"

    return RULE.sub(kept, text)


def gap_in_a_flex_row(selector, body):
    return bool(
        re.search(r"display\s*:\s*(inline-)?flex", body) and re.search(r"(?<![-\w])(row-|column-)?gap\s*:", body)
    )


def mixed_focus_visible(selector, body):
    parts = selector.split(",")
    with_it = [":focus-visible" in part for part in parts]
    return any(with_it) and not all(with_it)


def nested_depth(text):
    """Return how deep rules lie in each other, @media and its like not counted."""
    depth, deepest, stack = 0, 0, []
    for piece in re.findall(r"[^{}]*[{}]", text):
        if piece.endswith("{"):
            stack.append(not piece.split(";")[-1].strip().startswith("@"))
            depth += stack[-1]
            deepest = max(deepest, depth)
        else:
            depth -= stack.pop()
    return deepest


@pytest.mark.parametrize("path", files(".css"), ids=lambda path: path.name)
def test_rules_of_a_style_sheet_stay_on_the_floor(path):
    text = COMMENT.sub("", path.read_text())

    assert [found[0] for found in CSS_LATER.finditer(without_refinements(text))] == []
    assert [selector for selector, body in rules(text) if gap_in_a_flex_row(selector, body)] == []
    assert [selector for selector, body in rules(text) if mixed_focus_visible(selector, body)] == []
    assert nested_depth(text) == 1


def test_scripts_stay_on_the_floor():
    assert lines_matching(JS_LATER, *files(".js")) == []


@pytest.mark.parametrize(
    "late",
    ["a { inset: 0 }", "a:has(b) { }", "a { width: min(1px, 2px) }", "a { aspect-ratio: 1 }", "@container x { }"],
)
def test_a_later_style_would_be_found(late):
    assert CSS_LATER.search(late)


def test_a_later_rule_would_be_found():
    assert gap_in_a_flex_row("a", "display: flex; gap: 1px")
    assert not gap_in_a_flex_row("a", "display: grid; grid-gap: 1px")
    assert mixed_focus_visible("a:hover, a:focus-visible", "")
    assert "max(" not in without_refinements("a { height: 1px; height: max(1px, 2px) }")
    assert nested_depth("@media print { a { b { } } }") == 2


@pytest.mark.parametrize("late", ["a?.b", "a ?? b", "s.replaceAll('a', 'b')", "a ||= b"])
def test_a_later_script_would_be_found(late):
    assert JS_LATER.search(late)
