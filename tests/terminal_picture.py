"""What a terminal shows, as an SVG picture: text and colours of a real program, nothing else."""
import html
import re

FONT_PX, COLUMN_PX, LINE_PX, MARGIN_PX = 14, 8.43, 19, 14
BACKGROUND, FOREGROUND, PROMPT = "#16181d", "#d5d8df", "#7ec699"
# Of the SGR codes; bold is bold, and dim is half as bright.
COLOURS = dict(zip((30, 31, 32, 33, 34, 35, 36, 37),
                   ("#5c6370", "#e06c75", "#98c379", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#d5d8df")))
COLOURS.update({code + 60: colour for code, colour in COLOURS.items()})
ESCAPE = re.compile("\x1b\\[([0-9;]*)m")


class Style:
    """Of the text that follows: attributes of SVG."""

    def __init__(self):
        self.colour, self.bold, self.dim = None, False, False

    def apply(self, codes):
        """SGR codes. Others than these would get lost in the picture."""
        for code in (int(code or 0) for code in codes.split(";")):
            if code == 0:
                self.__init__()
            elif code == 1:
                self.bold = True
            elif code == 2:
                self.dim = True
            elif code == 22:
                self.bold = self.dim = False
            elif code == 39:
                self.colour = None
            elif code in COLOURS:
                self.colour = COLOURS[code]
            else:
                raise ValueError(f"SGR {code} is not drawn")

    def attributes(self):
        """As they stand in a text element."""
        found = f' fill="{self.colour}"' if self.colour else ""
        found += ' font-weight="bold"' if self.bold else ""
        return found + (' opacity="0.6"' if self.dim else "")


def pieces(line, style):
    """[(column, text, attributes)] of a line; what two spaces divide is placed by itself, so that columns stay columns
    whatever the font does. Other control characters than colours are an error."""
    found, column, at = [], 0, 0
    for escape in [*ESCAPE.finditer(line), None]:
        text = line[at:escape.start() if escape else len(line)]
        if re.search(r"[\x00-\x1f\x7f]", text):
            raise ValueError(f"not drawn: {text!r}")
        for word in re.finditer(r"\S+(?: \S+)*", text):
            found.append((column + word.start(), word.group(), style.attributes()))
        column += len(text)
        if escape:
            at = escape.end()
            style.apply(escape.group(1))
    return found, column


def svg(screens, about):
    """The picture of [(command, what the terminal showed)], with `about` for those who cannot see it."""
    lines = []
    for command, shown in screens:
        shown = shown.replace("\r\n", "\n").rstrip("\n").split("\n")
        lines += [("$ " + command, True)] + [(line, False) for line in [*shown, ""]]
    texts, widest = [], 0
    for number, (line, is_command) in enumerate(lines[:-1]):
        style = Style()
        found, columns = pieces(line, style)
        widest = max(widest, columns)
        y = MARGIN_PX + LINE_PX * number + FONT_PX
        for column, text, attributes in found:
            attributes = f' fill="{PROMPT}"' if is_command else attributes
            texts.append(f'<text x="{MARGIN_PX + column * COLUMN_PX:g}" y="{y}" textLength="{len(text) * COLUMN_PX:g}"'
                         f'{attributes}>{html.escape(text, quote=False)}</text>')
    width, height = round(2 * MARGIN_PX + widest * COLUMN_PX), 2 * MARGIN_PX + LINE_PX * (len(lines) - 1)
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
            f'role="img" fill="{FOREGROUND}" font-size="{FONT_PX}" '
            'font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, \'DejaVu Sans Mono\', monospace">\n'
            f"<title>{html.escape(about)}</title>\n"
            f'<rect width="{width}" height="{height}" rx="8" fill="{BACKGROUND}"/>\n' + "\n".join(texts) + "\n</svg>\n")
