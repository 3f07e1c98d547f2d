"""Read what an office types or sends in a cell; each says how to mend what it cannot read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date

from ui.sheets import parse_day, yes_no
from ui.texts import one_line


def read_code(text: str) -> str:
    """Read a unit's code; full-width signs are made plain."""
    text = unicodedata.normalize("NFKC", text)
    if not re.fullmatch(r"[0-9A-Za-z-]{1,30}", text):
        raise ValueError("只用数字、字母和短横线，不超过 30 位，例如 621022")
    return text


def read_username(text: str) -> str:
    """Read a user name; full-width signs are made plain."""
    text = unicodedata.normalize("NFKC", text).lower()
    if not re.fullmatch(r"[a-z0-9_.-]{3,30}", text):
        raise ValueError("用 3 至 30 位小写字母、数字、下划线，例如 huanxian01")
    return text


def read_up_to(length: int) -> Callable[[str], str]:
    """Return a reader of one line, which refuses longer ones."""

    def read(text: str) -> str:
        text = one_line(text)
        if len(text) > length:
            raise ValueError(f"有 {len(text)} 个字，最多 {length} 个")
        return text

    return read


def read_yes_or_no(text: str) -> bool | None:
    """Read 是 or 否; an empty cell says nothing."""
    return yes_no(text) if text else None


def read_day(text: str) -> date | None:
    """Read a day; an empty cell says nothing."""
    return parse_day(text) if text else None


# What a browser says of itself → what it is called; the first that fits: the built-in ones say Chrome and Safari too.
BROWSERS = (
    (r"wxwork/(\d+)", "企业微信"),
    (r"MicroMessenger/(\d+)", "微信"),
    (r"DingTalk/(\d+)", "钉钉"),
    (r"Edg(?:e|A|iOS)?/(\d+)", "Edge"),
    (r"OPR/(\d+)", "Opera"),
    (r"M?QQBrowser/(\d+)", "QQ 浏览器"),
    (r"UCBrowser/(\d+)", "UC 浏览器"),
    (r"(?:360SE|360EE|QIHU)\D*(\d*)", "360 浏览器"),
    (r"HuaweiBrowser/(\d+)", "华为浏览器"),
    (r"(?:Firefox|FxiOS)/(\d+)", "Firefox"),
    (r"(?:Chrome|CriOS)/(\d+)", "Chrome"),
    (r"Version/(\d+).*Safari", "Safari"),
    (r"(?:MSIE |Trident.*rv:)(\d+)", "IE"),
)
SYSTEMS = (
    (r"OpenHarmony|HarmonyOS", "鸿蒙"),
    (r"Android", "安卓"),
    (r"iPhone|iPad", "iOS"),
    (r"UOS|deepin", "统信 UOS"),
    (r"Kylin", "麒麟"),
    (r"Windows NT 6\.1", "Windows 7"),
    (r"Windows", "Windows"),
    (r"Mac OS X", "macOS"),
    (r"Linux", "Linux"),
)


def browser_of(agent: str) -> str:
    """Say in words what signed in: Chrome 126 · Windows. What is not known is quoted."""
    browser = next((f"{name} {found[1]}".strip() for like, name in BROWSERS if (found := re.search(like, agent))), "")
    system = next((name for like, name in SYSTEMS if re.search(like, agent)), "")
    if browser or system:
        return " · ".join(filter(None, (browser, system)))
    return f"其他程序（{agent[:40]}）" if agent else "没有说明"
