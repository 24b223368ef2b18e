"""Tables of WAI-ARIA 1.2: roles, how they are named, and which states they support."""

from __future__ import annotations

from django_journey._dom.tree.parser import Element
from django_journey._dom.tree.white_space import word_set

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

#: The roles that authors may use, i.e. all except the abstract ones.
ROLES = word_set(
    "alert alertdialog application article banner blockquote button caption cell checkbox code columnheader combobox "
    "complementary contentinfo definition deletion dialog directory document emphasis feed figure form generic grid "
    "gridcell group heading img insertion link list listbox listitem log main mark marquee math meter menu menubar "
    "menuitem menuitemcheckbox menuitemradio navigation none note option paragraph presentation progressbar radio "
    "radiogroup region row rowgroup rowheader scrollbar search searchbox separator slider spinbutton status strong "
    "subscript superscript switch tab table tablist tabpanel term textbox time timer toolbar tooltip tree treegrid "
    "treeitem"
)

_GLOBAL = (
    "aria-atomic aria-busy aria-controls aria-current aria-describedby aria-details aria-dropeffect aria-flowto "
    "aria-grabbed aria-hidden aria-keyshortcuts aria-live aria-owns aria-relevant"
)
_NAMELESS = (
    "caption code deletion emphasis generic insertion paragraph presentation strong subscript superscript"
)
#: The global attributes, except those whose global use ARIA 1.2 deprecates, each with the roles that prohibit it.
GLOBAL_ATTRIBUTES = {
    **dict.fromkeys(_GLOBAL.split(), frozenset[str]()),
    "aria-label": frozenset(_NAMELESS.split()),
    "aria-labelledby": frozenset(_NAMELESS.split()),
    "aria-roledescription": frozenset({"generic"}),
}

#: The roles that prohibit a name (ARIA 1.2, 5.2.8.6, and those of ARIA 1.3 that browsers implement).
UNNAMED = word_set(
    "caption code definition deletion emphasis generic insertion mark paragraph presentation strong subscript "
    "suggestion superscript term time"
)

#: The roles that support name from content (ARIA 1.2, 5.2.8.3).
NAMED_BY_CONTENT = word_set(
    "button cell checkbox columnheader gridcell heading link menuitem menuitemcheckbox menuitemradio option radio "
    "row rowheader switch tab tooltip treeitem"
)

_WITHIN = (
    "caption code contentinfo definition deletion emphasis insertion list listitem mark none paragraph "
    "presentation region row rowgroup section strong subscript superscript table term time"
)
#: The roles whose content counts for the name of an ancestor; so does that of elements without a role.
NAMED_BY_CONTENT_WITHIN = frozenset({"", *_WITHIN.split()})

CHECKABLE = frozenset(
    ["checkbox", "menuitemcheckbox", "option", "radio", "switch", "menuitemradio", "treeitem"]
)
PRESSABLE = frozenset({"button"})
LEVELLED = frozenset(["heading", "listitem", "row", "treeitem"])
SELECTABLE = frozenset(["gridcell", "option", "row", "tab", "rowheader", "columnheader", "treeitem"])

EXPANDABLE = word_set(
    "application button checkbox combobox gridcell link listbox menuitem row rowheader tab treeitem columnheader "
    "menuitemcheckbox menuitemradio switch"
)

INVALIDATABLE = word_set(
    "application checkbox columnheader combobox gridcell listbox radiogroup rowheader searchbox slider spinbutton "
    "switch textbox tree"
)

READONLY = word_set(
    "checkbox combobox grid gridcell listbox radiogroup slider spinbutton textbox columnheader rowheader searchbox "
    "switch treegrid"
)

DISABLEABLE = word_set(
    "application button composite gridcell group input link menuitem scrollbar separator tab checkbox columnheader "
    "combobox grid listbox menu menubar menuitemcheckbox menuitemradio option radio radiogroup row rowheader "
    "searchbox select slider spinbutton switch tablist textbox toolbar tree treegrid treeitem"
)


def explicit_role(el: Element) -> str | None:
    """Return the first valid role of the ``role`` attribute, or ``None``."""
    given = el.attr("role")
    if not given:
        return None
    return next((role for role in map(str.strip, given.lower().split(" ")) if role in ROLES), None)
