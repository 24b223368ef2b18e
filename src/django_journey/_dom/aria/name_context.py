"""The context in which an element is visited while an accessible name is computed."""

from __future__ import annotations

__all__ = ["NAMED", "WITHIN", "NameContext"]


class NameContext:
    """Why an element is visited. For references: whether the referenced element is hidden, or ``None``.

    Args:
        target: ``"self"`` for the named element, ``"descendant"`` within it.
        labelled_by: Set within the target of ``aria-labelledby``, or an SVG title.
        described_by: Set within the target of ``aria-describedby``.
        label: Set within a ``label``.
        native: Set within a legend, caption or figcaption.
    """

    __slots__ = (
        "described_by",
        "embeds",
        "label",
        "labelled_by",
        "native",
        "reads_content",
        "target",
        "within_hidden",
    )

    def __init__(
        self,
        target: str = "",
        labelled_by: bool | None = None,
        described_by: bool | None = None,
        label: bool | None = None,
        native: bool | None = None,
    ) -> None:
        self.target = target
        self.labelled_by = labelled_by
        self.described_by = described_by
        self.label = label
        self.native = native
        #: Whether a hidden element was referenced, so that hidden content counts.
        self.within_hidden = bool(labelled_by or described_by or label or native)
        #: Whether the name comes from content, whatever the role.
        self.reads_content = not (labelled_by is described_by is label is native is None)
        #: Whether a control counts with its value.
        self.embeds = target == "descendant" or labelled_by is not None or label is not None

    def within(self, **references: bool) -> NameContext:
        """Return the context of descendants, with these references set."""
        given = {"labelled_by": self.labelled_by, "native": self.native, **references}
        target = "descendant" if self.target == "self" else self.target
        return NameContext(target, given["labelled_by"], self.described_by, self.label, given["native"])


NAMED = NameContext("self")
WITHIN = NameContext("descendant")
