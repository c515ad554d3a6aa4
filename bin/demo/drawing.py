"""What the demo's pictures and its film are drawn with: colours, and pieces of SVG."""

import shutil
import subprocess
import sys

PACKAGES = {"espeak-ng": "espeak-ng", "rsvg-convert": "librsvg2-bin", "ffmpeg": "ffmpeg", "fc-list": "fontconfig"}
FONTS = {"Noto Sans CJK SC": "fonts-noto-cjk", "DejaVu Sans Mono": "fonts-dejavu-core"}

PAPER, INK, QUIET, LINE = "#fbf8f1", "#1f2a27", "#66736e", "#d9d2c1"
GREEN, PALE, AMBER, CORAL, GREY = "#0b6e4f", "#dcefe6", "#f2b84b", "#c2512f", "#e9e5da"
MONO = "ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
SANS = "system-ui, 'Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"


def svg(width, height, *parts, background=PAPER):
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}">\n'
        f'<rect width="{width}" height="{height}" rx="12" fill="{background}"/>\n{body}\n</svg>\n')


def text(x, y, words, size=20, fill=INK, font=MONO, anchor="middle", weight=400):
    return (
        f'<text x="{x:g}" y="{y:g}" font-family="{font}" font-size="{size}" fill="{fill}" text-anchor="{anchor}" '
        f'font-weight="{weight}">{words}</text>')


def tag(x, y, name, width=110):
    """A luggage label that points to the right; returns its drawing and where its string starts."""
    h = 44
    path = f"M{x} {y} h{width - 22} l22 {h / 2} l-22 {h / 2} h-{width - 22} a6 6 0 0 1 -6 -6 v-{h - 12} a6 6 0 0 1 6 -6 z"
    return (
        f'<path d="{path}" fill="{AMBER}" stroke="#b98209" stroke-width="1.5"/>'
        f'<circle cx="{x + width - 14}" cy="{y + h / 2}" r="4" fill="{PAPER}" stroke="#b98209" stroke-width="1.5"/>'
        + text(x + (width - 22) / 2, y + 29, name, 20), (x + width - 14, y + h / 2))


def string(start, end):
    (x1, y1), (x2, y2) = start, end
    bend = (x2 - x1) * 0.45
    return (
        f'<path d="M{x1:g} {y1:g} C{x1 + bend:g} {y1:g} {x2 - bend:g} {y2:g} {x2:g} {y2:g}" fill="none" stroke="{QUIET}" '
        f'stroke-width="2"/>')


def value(x, y, words, width=90, fill=PALE, stroke=GREEN):
    return (
        f'<rect x="{x}" y="{y}" width="{width}" height="44" rx="8" fill="{fill}" stroke="{stroke}" stroke-width="1.5"/>'
        + text(x + width / 2, y + 30, words, 21, weight=600))


def printable(drawing):
    """With the fonts of this list only, since a picture that is drawn here has no reader's system to choose from."""
    return drawing.replace(MONO, "DejaVu Sans Mono, Noto Sans Mono CJK SC").replace(SANS, "Noto Sans CJK SC")


def need(*programs):
    """Stops with the names of the Debian packages that are missing, fonts included."""
    missing = [PACKAGES[program] for program in (*programs, "fc-list") if not shutil.which(program)]
    if not missing:
        families = subprocess.run(["fc-list", ":", "family"], capture_output=True, text=True, check=True).stdout
        missing = [package for font, package in FONTS.items() if font not in families]
    if missing:
        sys.exit("These Debian packages are missing:\n  apt-get install --no-install-recommends " + " ".join(missing))
