"""The tables of WAI-ARIA 1.2: its roles, what each of them may be named by, and which states it has."""

from __future__ import annotations

from typing import Any

__all__ = [
    "CHECKABLE",
    "DISABLEABLE",
    "EXPANDABLE",
    "GLOBAL_ATTRIBUTES",
    "INVALIDATABLE",
    "LEVELLED",
    "NAMED_BY_CONTENT",
    "NAMED_BY_CONTENT_WITHIN",
    "PRESSABLE",
    "READONLY",
    "ROLES",
    "SELECTABLE",
    "UNNAMED",
    "explicit_role",
]

_ROLES = (
    "alert alertdialog application article banner blockquote button caption cell checkbox code columnheader "
    "combobox complementary contentinfo definition deletion dialog directory document emphasis feed figure form "
    "generic grid gridcell group heading img insertion link list listbox listitem log main mark marquee math "
    "meter menu menubar menuitem menuitemcheckbox menuitemradio navigation none note option paragraph "
    "presentation progressbar radio radiogroup region row rowgroup rowheader scrollbar search searchbox "
    "separator slider spinbutton status strong subscript superscript switch tab table tablist tabpanel term "
    "textbox time timer toolbar tooltip tree treegrid treeitem"
)
#: Every role that an author may give (abstract roles are none).
ROLES = frozenset(_ROLES.split())

_GLOBAL = (
    "aria-atomic aria-busy aria-controls aria-current aria-describedby aria-details aria-dropeffect aria-flowto "
    "aria-grabbed aria-hidden aria-keyshortcuts aria-live aria-owns aria-relevant"
)
_NAMELESS = (
    "caption code deletion emphasis generic insertion paragraph presentation strong subscript superscript"
)
#: The global attributes (without those whose global use ARIA 1.2 deprecates), each with the roles that may not
#: have it.
GLOBAL_ATTRIBUTES = {
    **dict.fromkeys(_GLOBAL.split(), frozenset[str]()),
    "aria-label": frozenset(_NAMELESS.split()),
    "aria-labelledby": frozenset(_NAMELESS.split()),
    "aria-roledescription": frozenset({"generic"}),
}

_UNNAMED = (
    "caption code definition deletion emphasis generic insertion mark paragraph presentation strong subscript "
    "suggestion superscript term time"
)
#: Roles that may not be named (ARIA 1.2, 5.2.8.6, and those of 1.3 that browsers follow).
UNNAMED = frozenset(_UNNAMED.split())

_BY_CONTENT = (
    "button cell checkbox columnheader gridcell heading link menuitem menuitemcheckbox menuitemradio option radio "
    "row rowheader switch tab tooltip treeitem"
)
#: Roles that are named by what they hold (ARIA 1.2, 5.2.8.3).
NAMED_BY_CONTENT = frozenset(_BY_CONTENT.split())

_WITHIN = (
    "caption code contentinfo definition deletion emphasis insertion list listitem mark none paragraph "
    "presentation region row rowgroup section strong subscript superscript table term time"
)
#: Roles that add what they hold to the name of an element around them; so does an element without a role.
NAMED_BY_CONTENT_WITHIN = frozenset({"", *_WITHIN.split()})

CHECKABLE = frozenset(
    ["checkbox", "menuitemcheckbox", "option", "radio", "switch", "menuitemradio", "treeitem"]
)
PRESSABLE = frozenset({"button"})
LEVELLED = frozenset(["heading", "listitem", "row", "treeitem"])
SELECTABLE = frozenset(["gridcell", "option", "row", "tab", "rowheader", "columnheader", "treeitem"])

_EXPANDABLE = (
    "application button checkbox combobox gridcell link listbox menuitem row rowheader tab treeitem columnheader "
    "menuitemcheckbox menuitemradio switch"
)
EXPANDABLE = frozenset(_EXPANDABLE.split())

_INVALIDATABLE = (
    "application checkbox columnheader combobox gridcell listbox radiogroup rowheader searchbox slider spinbutton "
    "switch textbox tree"
)
INVALIDATABLE = frozenset(_INVALIDATABLE.split())

_READONLY = (
    "checkbox combobox grid gridcell listbox radiogroup slider spinbutton textbox columnheader rowheader "
    "searchbox switch treegrid"
)
READONLY = frozenset(_READONLY.split())

_DISABLEABLE = (
    "application button composite gridcell group input link menuitem scrollbar separator tab checkbox "
    "columnheader combobox grid listbox menu menubar menuitemcheckbox menuitemradio option radio radiogroup row "
    "rowheader searchbox select slider spinbutton switch tablist textbox toolbar tree treegrid treeitem"
)
DISABLEABLE = frozenset(_DISABLEABLE.split())


def explicit_role(el: Any) -> str | None:
    """Return the first role of the ``role`` attribute that ARIA knows, or ``None``."""
    given = el.attr("role")
    if not given:
        return None
    return next((role for role in map(str.strip, given.lower().split(" ")) if role in ROLES), None)
