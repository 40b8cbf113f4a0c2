"""Write an Excel workbook: texts, numbers, dates, drop-downs, notes, tables, nothing else.

The same content gives the same bytes, whatever the day and the machine, so that saving twice
changes nothing. Text is always written as text: a spreadsheet never runs it as a formula, not even
when somebody opens the cell and presses Enter.

References
----------
Office Open XML, ECMA-376, part 1: SpreadsheetML. The names of elements and their order in each
part are the standard's.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Sequence
from enum import IntEnum

from attrs import define, field, frozen

from .xlsx import Value, cell_name, column_letters, escape, to_serial

__all__ = ["Cell", "Formula", "Look", "Note", "Rule", "SheetPlan", "TablePlan", "write_book"]


class Look(IntEnum):
    """How a cell looks; its number is the place of the style in the workbook."""

    PLAIN = 0
    TITLE = 1
    HEADING = 2  # of a table
    TEXT = 3
    GUARDED = 4  # text that begins like a formula
    NUMBER = 5
    DATE = 6
    MOMENT = 7  # a date with a time
    LABEL = 8  # beside an answer
    HELP = 9
    LINK = 10


_RULED = len(Look)
"""Added to a look, it gives the same with a thin line below, for rows to write in."""

_DANGEROUS = tuple("=+-@\t\r\n'＝＋－＠")
"""Signs at the start of a text that make a spreadsheet take it for a formula, or swallow them."""


@frozen
class Formula:
    """A formula of ours, with the value it has now.

    The first of many that are alike has the text and the range they fill; the others have neither.
    """

    value: str
    text: str = ""
    fills: str = ""


Cell = tuple[Value | Formula | None, Look]


@frozen
class Rule:
    """What may be typed in a range, and what is said when a cell of it is chosen.

    Attributes
    ----------
    range : str
        Such as "C2:C2000".
    kind : str
        "list", "decimal", "date", or "" for anything.
    first, second : str
        The list or the two bounds, as formulas.
    title, prompt : str
        Shown and spoken when a cell is chosen.
    error : str
        Said when something else is typed; empty to let it pass in silence.
    firm : bool
        Whether something else is refused, or may stand after a warning.
    """

    range: str
    kind: str = ""
    first: str = ""
    second: str = ""
    title: str = ""
    prompt: str = ""
    error: str = ""
    firm: bool = True


@frozen
class Note:
    """A note on a cell of the first row."""

    column: int
    text: str


@frozen
class TablePlan:
    """A table: its headings must be texts in its first row, each different."""

    name: str
    headings: tuple[str, ...]
    first_row: int
    last_row: int
    title: str
    summary: str


@define
class SheetPlan:
    """A sheet to write.

    Attributes
    ----------
    name : str
        What stands on its tab.
    rows : list of list of Cell
        From the first row on; a short row leaves the rest blank.
    widths : list of float
        Of each column, in characters.
    looks : list of Look
        Of each column, for cells that are filled in later.
    table : TablePlan or None
    rules : list of Rule
    notes : list of Note
    links : dict
        By cell, the sheet that a press on it opens.
    frozen_at : str
        The first cell that moves when the sheet is scrolled, or an empty text.
    ruled_from : int
        The first row whose cells have a line below; 0 for none.
    locked : bool
        Whether typing is refused. There is no password.
    printed : str
        The range that is printed, or an empty text for everything.
    colour : str
        Of the tab, six figures.
    """

    name: str
    rows: list[list[Cell]] = field(factory=list)
    widths: list[float] = field(factory=list)
    looks: list[Look] = field(factory=list)
    table: TablePlan | None = None
    rules: list[Rule] = field(factory=list)
    notes: list[Note] = field(factory=list)
    links: dict[str, str] = field(factory=dict)
    frozen_at: str = ""
    ruled_from: int = 0
    locked: bool = False
    printed: str = ""
    colour: str = ""


def write_book(
    sheets: Sequence[SheetPlan], *, title: str, subject: str, names: dict[str, str]
) -> bytes:
    """Write a workbook.

    Parameters
    ----------
    sheets : sequence of SheetPlan
        In the order of their tabs. The first one is open.
    title, subject : str
        Of the document; screen readers say the title.
    names : dict
        Names for ranges, each with its formula.

    Returns
    -------
    bytes
        The content of the file, the same for the same input.

    Examples
    --------
    >>> from system_leadership.xlsx_read import read_sheets
    >>> plan = SheetPlan("One", [[("=1+1", Look.TEXT), (2.5, Look.NUMBER)]])
    >>> read_sheets(write_book([plan], title="", subject="", names={}))[0].rows
    {1: {1: '=1+1', 2: 2.5}}
    """
    strings = _Strings()
    parts: dict[str, str] = {}
    tables = 0
    kinds = []
    for number, plan in enumerate(sheets, 1):
        relations = []
        name = f"worksheets/sheet{number}.xml"
        kinds.append((f"/xl/{name}", f"{_MAIN}.worksheet+xml"))
        if plan.notes:
            parts[f"xl/comments{number}.xml"] = _comments(plan)
            parts[f"xl/drawings/notes{number}.vml"] = _shapes(plan, number)
            kinds.append((f"/xl/comments{number}.xml", f"{_MAIN}.comments+xml"))
            relations.append(("shapes", f"{_RELATED}/vmlDrawing", f"../drawings/notes{number}.vml"))
            relations.append(("notes", f"{_RELATED}/comments", f"../comments{number}.xml"))
        if plan.table:
            tables += 1
            parts[f"xl/tables/table{tables}.xml"] = _table(plan.table, tables)
            kinds.append((f"/xl/tables/table{tables}.xml", f"{_MAIN}.table+xml"))
            relations.append(("table", f"{_RELATED}/table", f"../tables/table{tables}.xml"))
        parts[f"xl/{name}"] = _sheet(plan, strings, first=number == 1)
        if relations:
            parts[f"xl/worksheets/_rels/sheet{number}.xml.rels"] = _relations(relations)
    parts["xl/workbook.xml"] = _workbook(sheets, names)
    parts["xl/_rels/workbook.xml.rels"] = _relations(
        [
            (f"sheet{number}", f"{_RELATED}/worksheet", f"worksheets/sheet{number}.xml")
            for number in range(1, len(sheets) + 1)
        ]
        + [
            ("styles", f"{_RELATED}/styles", "styles.xml"),
            ("strings", f"{_RELATED}/sharedStrings", "sharedStrings.xml"),
        ]
    )
    parts["xl/styles.xml"] = _styles()
    parts["xl/sharedStrings.xml"] = strings.part()
    parts["docProps/core.xml"] = (
        f'{_XML}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/'
        'metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{escape(title)}</dc:title><dc:subject>{escape(subject)}</dc:subject>"
        "<dc:language>en-GB</dc:language></cp:coreProperties>"
    )
    core = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
    parts["_rels/.rels"] = _relations(
        [
            ("book", f"{_RELATED}/officeDocument", "xl/workbook.xml"),
            ("core", core, "docProps/core.xml"),
        ]
    )
    return _pack({"[Content_Types].xml": _content_types(kinds), **parts})


def _pack(parts: dict[str, str]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            info = zipfile.ZipInfo(name)  # its date is 1 January 1980, always
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, text.encode("utf-8"))
    return packed.getvalue()


# ------------------------------------------------------------------------------- XML

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def _relations(relations: Sequence[tuple[str, str, str]]) -> str:
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    inside = "".join(
        f'<Relationship Id="{key}" Type="{kind}" Target="{target}"/>'
        for key, kind, target in relations
    )
    return f'{_XML}<Relationships xmlns="{space}">{inside}</Relationships>'


def _content_types(kinds: Sequence[tuple[str, str]]) -> str:
    defaults = (
        ("rels", "application/vnd.openxmlformats-package.relationships+xml"),
        ("xml", "application/xml"),
        ("vml", "application/vnd.openxmlformats-officedocument.vmlDrawing"),
    )
    fixed = (
        ("/xl/workbook.xml", f"{_MAIN}.sheet.main+xml"),
        ("/xl/styles.xml", f"{_MAIN}.styles+xml"),
        ("/xl/sharedStrings.xml", f"{_MAIN}.sharedStrings+xml"),
        ("/docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml"),
    )
    inside = [f'<Default Extension="{end}" ContentType="{kind}"/>' for end, kind in defaults]
    inside += [
        f'<Override PartName="{part}" ContentType="{kind}"/>' for part, kind in (*fixed, *kinds)
    ]
    space = "http://schemas.openxmlformats.org/package/2006/content-types"
    return f'{_XML}<Types xmlns="{space}">{"".join(inside)}</Types>'


class _Strings:
    """Texts that cells share, each written once."""

    def __init__(self) -> None:
        self.places: dict[str, int] = {}
        self.uses = 0

    def place(self, text: str) -> int:
        self.uses += 1
        return self.places.setdefault(text, len(self.places))

    def part(self) -> str:
        items = []
        for text in self.places:
            # Spaces and line ends at the edges would be taken for layout of the XML.
            kept = ' xml:space="preserve"' if text != text.strip() or "\n" in text else ""
            items.append(f"<si><t{kept}>{escape(text)}</t></si>")
        count = f'count="{self.uses}" uniqueCount="{len(self.places)}"'
        return f'{_XML}<sst xmlns="{_SPREADSHEET}" {count}>{"".join(items)}</sst>'


def _cell_xml(
    name: str, value: Value | Formula | None, look: int, ruled: int, strings: _Strings
) -> str:
    if isinstance(value, str):
        if value.startswith(_DANGEROUS):
            look = Look.GUARDED
        look += ruled
        return f'<c r="{name}" s="{look:d}" t="s"><v>{strings.place(value)}</v></c>'
    if isinstance(value, dt.date):
        look = Look.MOMENT if isinstance(value, dt.datetime) else Look.DATE
        value = to_serial(value)
    elif look == Look.DATE and value is not None:
        look = Look.NUMBER  # a number where a date belongs must not turn into a day
    look += ruled
    if value is None:
        return f'<c r="{name}" s="{look:d}"/>'
    if isinstance(value, bool):
        return f'<c r="{name}" s="{look:d}" t="b"><v>{value:d}</v></c>'
    if isinstance(value, Formula):
        fills = f' ref="{value.fills}"' if value.fills else ""
        formula = f'<f t="shared"{fills} si="0">{escape(value.text)}</f>'
        return f'<c r="{name}" s="{look:d}" t="str">{formula}<v>{escape(value.value)}</v></c>'
    # repr gives every figure a number needs to come back the same.
    return f'<c r="{name}" s="{look:d}"><v>{value!r}</v></c>'


def _sheet(plan: SheetPlan, strings: _Strings, *, first: bool) -> str:
    out = [f'{_XML}<worksheet xmlns="{_SPREADSHEET}" xmlns:r="{_RELATED}"><sheetPr>']
    if plan.colour:
        out.append(f'<tabColor rgb="FF{plan.colour}"/>')
    out.append('<pageSetUpPr fitToPage="1"/></sheetPr>')
    last = cell_name(max(len(plan.rows), 1), max(map(len, plan.rows), default=1) or 1)
    out.append(f'<dimension ref="A1:{last}"/>')
    chosen = ' tabSelected="1"' if first else ""
    grid = "" if plan.frozen_at else ' showGridLines="0"'
    out.append(
        f'<sheetViews><sheetView{grid}{chosen} workbookViewId="0">{_pane(plan)}'
        "</sheetView></sheetViews>"
    )
    out.append('<sheetFormatPr defaultRowHeight="16"/>')
    if plan.widths:
        out.append("<cols>")
    for number, width in enumerate(plan.widths, 1):
        look = plan.looks[number - 1] if number <= len(plan.looks) else Look.PLAIN
        out.append(
            f'<col min="{number}" max="{number}" width="{width + 0.7:.4g}" '
            f'style="{look:d}" customWidth="1"/>'
        )
    if plan.widths:
        out.append("</cols>")
    out.append("<sheetData>")
    wide = max(map(len, plan.rows), default=0)
    letters = [column_letters(number) for number in range(1, wide + 1)]
    for number, row in enumerate(plan.rows, 1):
        height = _height(row, plan.widths)
        out.append(f'<row r="{number}" ht="{height:g}">' if height else f'<row r="{number}">')
        at = str(number)
        ruled = _RULED if 0 < plan.ruled_from <= number else 0
        for letter, (value, look) in zip(letters, row, strict=False):
            if value is not None or ruled:
                out.append(_cell_xml(letter + at, value, look, ruled, strings))
        out.append("</row>")
    out.append("</sheetData>")
    if plan.locked:
        out.append('<sheetProtection sheet="1" objects="1" scenarios="1"/>')
    if plan.rules:
        out.append(f'<dataValidations count="{len(plan.rules)}">')
        out += [_rule(rule) for rule in plan.rules]
        out.append("</dataValidations>")
    if plan.links:
        out.append("<hyperlinks>")
        out += [
            f'<hyperlink ref="{cell}" location="{escape(_quoted(sheet))}!A1" '
            f'display="{escape(sheet)}"/>'
            for cell, sheet in plan.links.items()
        ]
        out.append("</hyperlinks>")
    way = "landscape" if plan.frozen_at else "portrait"
    out.append(
        '<pageMargins left="0.5" right="0.5" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>'
        f'<pageSetup paperSize="9" orientation="{way}" fitToWidth="1" fitToHeight="0"/>'
        "<headerFooter><oddFooter>&amp;L&amp;A&amp;RPage &amp;P of &amp;N</oddFooter>"
        "</headerFooter>"
    )
    if plan.table:
        # The small green corners that say "number stored as text" would be everywhere.
        cells = f"A1:{column_letters(len(plan.widths))}{plan.table.last_row}"
        out.append(
            f'<ignoredErrors><ignoredError sqref="{cells}" twoDigitTextYear="1" '
            'numberStoredAsText="1"/></ignoredErrors>'
        )
    if plan.notes:
        out.append('<legacyDrawing r:id="shapes"/>')
    if plan.table:
        out.append('<tableParts count="1"><tablePart r:id="table"/></tableParts>')
    out.append("</worksheet>")
    return "".join(out)


_LINE, _TALLEST = 16.5, 409.0  # points; Excel allows no taller row


def _height(row: Sequence[Cell], widths: Sequence[float]) -> float:
    """Guess how tall a row must be for its longest text; 0 for one line.

    Excel fits rows by itself once they are edited, but not all programs do when they open a file.
    """
    most = 1.0
    for (value, look), width in zip(row, widths, strict=False):
        if look == Look.TITLE:
            most = max(most, 2.0)
        elif isinstance(value, str) and (len(value) > width or "\n" in value):
            bold = 1.1 if look in (Look.HEADING, Look.LABEL) else 1.0
            lines = (-(-len(line) * bold // width) or 1.0 for line in value.split("\n"))
            most = max(most, sum(lines))
    return min(most * _LINE, _TALLEST) if most > 1 else 0.0


def _pane(plan: SheetPlan) -> str:
    if not plan.frozen_at:
        return ""
    columns = ord(plan.frozen_at[0]) - ord("A")
    rows = int(plan.frozen_at[1:]) - 1
    pane = "bottomRight" if columns else "bottomLeft"
    across = f'xSplit="{columns}" ' if columns else ""
    return (
        f'<pane {across}ySplit="{rows}" topLeftCell="{plan.frozen_at}" activePane="{pane}" '
        f'state="frozen"/><selection pane="{pane}" activeCell="{plan.frozen_at}" '
        f'sqref="{plan.frozen_at}"/>'
    )


def _rule(rule: Rule) -> str:
    given = [f'type="{rule.kind}"'] if rule.kind else []
    if rule.error and not rule.firm:
        given.append('errorStyle="warning"')
    given.append('allowBlank="1"')
    if rule.prompt:
        given.append('showInputMessage="1"')
    if rule.error:
        given.append(
            f'showErrorMessage="1" errorTitle="This does not fit" '
            f'error="{_attribute(rule.error, 225)}"'
        )
    if rule.prompt:
        given.append(
            f'promptTitle="{_attribute(rule.title, 32)}" prompt="{_attribute(rule.prompt, 255)}"'
        )
    formulas = f"<formula1>{escape(rule.first)}</formula1>" if rule.first else ""
    if rule.second:
        formulas += f"<formula2>{escape(rule.second)}</formula2>"
    return f'<dataValidation {" ".join(given)} sqref="{rule.range}">{formulas}</dataValidation>'


def _attribute(text: str, longest: int) -> str:
    """Excel refuses the whole file when one of these is longer than it allows."""
    return escape(text if len(text) <= longest else text[: longest - 1] + "…")


def _table(plan: TablePlan, number: int) -> str:
    last = column_letters(len(plan.headings))
    cells = f"A{plan.first_row}:{last}{plan.last_row}"
    columns = "".join(
        f'<tableColumn id="{place}" name="{escape(each)}"/>'
        for place, each in enumerate(plan.headings, 1)
    )
    return (
        f'{_XML}<table xmlns="{_SPREADSHEET}" id="{number}" name="{plan.name}" '
        f'displayName="{plan.name}" ref="{cells}" totalsRowShown="0"><autoFilter ref="{cells}"/>'
        f'<tableColumns count="{len(plan.headings)}">{columns}</tableColumns>'
        '<tableStyleInfo name="TableStyleLight1" showFirstColumn="0" showLastColumn="0" '
        'showRowStripes="1" showColumnStripes="0"/>'
        '<extLst><ext uri="{504A1905-F514-4f6f-8877-14C23A59335A}" xmlns:x14="http://schemas.'
        'microsoft.com/office/spreadsheetml/2009/9/main">'
        f'<x14:table altText="{escape(plan.title)}" altTextSummary="{escape(plan.summary)}"/>'
        "</ext></extLst></table>"
    )


def _comments(plan: SheetPlan) -> str:
    inside = "".join(
        f'<comment ref="{cell_name(1, note.column)}" authorId="0"><text><t '
        f'xml:space="preserve">{escape(note.text)}</t></text></comment>'
        for note in plan.notes
    )
    return (
        f'{_XML}<comments xmlns="{_SPREADSHEET}"><authors><author>The handbook</author></authors>'
        f"<commentList>{inside}</commentList></comments>"
    )


def _shapes(plan: SheetPlan, number: int) -> str:
    """Say where the boxes of the notes stand, in the old language that Excel asks for here."""
    out = [
        '<xml xmlns:v="urn:schemas-microsoft-com:vml" '
        'xmlns:o="urn:schemas-microsoft-com:office:office" '
        'xmlns:x="urn:schemas-microsoft-com:office:excel">'
        f'<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{number}"/></o:shapelayout>'
        '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" '
        'path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
        '<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
    ]
    for place, note in enumerate(plan.notes, 1):
        column = note.column
        height = 2 + len(note.text) // 30
        out.append(
            f'<v:shape id="_x0000_s{number * 1024 + place}" type="#_x0000_t202" '
            "style='position:absolute;visibility:hidden' fillcolor=\"#ffffe1\" "
            'o:insetmode="auto"><v:fill color2="#ffffe1"/>'
            '<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
            "<v:textbox style='mso-direction-alt:auto'><div style='text-align:left'></div>"
            '</v:textbox><x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
            f"<x:Anchor>{column}, 12, 1, 4, {column + 2}, 20, {1 + height}, 4</x:Anchor>"
            f"<x:AutoFill>False</x:AutoFill><x:Row>0</x:Row><x:Column>{column - 1}</x:Column>"
            "</x:ClientData></v:shape>"
        )
    return "".join([*out, "</xml>"])


def _quoted(sheet: str) -> str:
    return "'" + sheet.replace("'", "''") + "'"


def _workbook(sheets: Sequence[SheetPlan], names: dict[str, str]) -> str:
    tabs = "".join(
        f'<sheet name="{escape(plan.name)}" sheetId="{number}" r:id="sheet{number}"/>'
        for number, plan in enumerate(sheets, 1)
    )
    defined = [
        f'<definedName name="{name}">{escape(formula)}</definedName>'
        for name, formula in names.items()
    ]
    for number, plan in enumerate(sheets):
        if plan.table and plan.table.first_row == 1:
            # The headings stand on every page that is printed.
            defined.append(
                f'<definedName name="_xlnm.Print_Titles" localSheetId="{number}">'
                f"{escape(_quoted(plan.name))}!$1:$1</definedName>"
            )
        if plan.printed:
            defined.append(
                f'<definedName name="_xlnm.Print_Area" localSheetId="{number}">'
                f"{escape(_quoted(plan.name))}!{plan.printed}</definedName>"
            )
    ranges = f"<definedNames>{''.join(defined)}</definedNames>" if defined else ""
    return (
        f'{_XML}<workbook xmlns="{_SPREADSHEET}" xmlns:r="{_RELATED}"><bookViews><workbookView '
        f'xWindow="0" yWindow="0" windowWidth="24000" windowHeight="14000"/></bookViews>'
        f"<sheets>{tabs}</sheets>{ranges}"
        '<calcPr calcId="191029" fullCalcOnLoad="1"/></workbook>'
    )


_TEAL, _INK, _SOFT, _FAINT = "FF0F6B6B", "FF1D2733", "FF55606E", "FFD9DEE5"


def _styles() -> str:
    """Write the styles: each `Look` in its order, then each with a line below."""
    letters = [
        f'<sz val="12"/><color rgb="{_INK}"/>',
        f'<b/><sz val="20"/><color rgb="{_TEAL}"/>',
        '<b/><sz val="12"/><color rgb="FFFFFFFF"/>',
        f'<b/><sz val="12"/><color rgb="{_INK}"/>',
        f'<sz val="12"/><color rgb="{_SOFT}"/>',
        f'<u/><sz val="12"/><color rgb="{_TEAL}"/>',
    ]
    fonts = "".join(
        f'<font>{each}<name val="Calibri"/><family val="2"/></font>' for each in letters
    )
    top = '<alignment vertical="top" wrapText="1"/>'
    # Font, fill, number format, alignment, for each look. Format 49 is text: what is typed stays
    # as it was typed, and 3/4 does not become a day.
    looks = {
        Look.PLAIN: (0, 0, 0, ""),
        Look.TITLE: (1, 0, 0, '<alignment vertical="center"/>'),
        Look.HEADING: (2, 2, 49, '<alignment vertical="center" wrapText="1"/>'),
        Look.TEXT: (0, 0, 49, top),
        Look.GUARDED: (0, 0, 49, top),
        Look.NUMBER: (0, 0, 0, '<alignment horizontal="right" vertical="top" indent="1"/>'),
        Look.DATE: (0, 0, 164, '<alignment horizontal="left" vertical="top"/>'),
        Look.MOMENT: (0, 0, 165, '<alignment horizontal="left" vertical="top"/>'),
        Look.LABEL: (3, 0, 49, top),
        Look.HELP: (4, 0, 49, top),
        Look.LINK: (5, 0, 49, top),
    }
    xfs = []
    for border in (0, 1):
        for look in Look:
            font, fill, number, alignment = looks[look]
            guard = ' quotePrefix="1"' if look == Look.GUARDED else ""
            xfs.append(
                f'<xf numFmtId="{number}" fontId="{font}" fillId="{fill}" borderId="{border}" '
                f'xfId="0"{guard} applyNumberFormat="1" applyFont="1" applyFill="1" '
                f'applyBorder="1" applyAlignment="1">{alignment}</xf>'
            )
    return (
        f'{_XML}<styleSheet xmlns="{_SPREADSHEET}"><numFmts count="2">'
        '<numFmt numFmtId="164" formatCode="d\\ mmm\\ yyyy"/>'
        '<numFmt numFmtId="165" formatCode="d\\ mmm\\ yyyy\\ hh:mm"/></numFmts>'
        f'<fonts count="{len(letters)}">{fonts}</fonts>'
        '<fills count="3"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill><fill><patternFill patternType="solid">'
        f'<fgColor rgb="{_TEAL}"/><bgColor indexed="64"/></patternFill></fill></fills>'
        '<borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border>'
        f'<border><left/><right/><top/><bottom style="thin"><color rgb="{_FAINT}"/></bottom>'
        "<diagonal/></border></borders>"
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>'
        f'</cellStyleXfs><cellXfs count="{len(xfs)}">{"".join(xfs)}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
        "</styleSheet>"
    )
