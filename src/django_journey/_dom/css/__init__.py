"""Style sheets: read, matched to elements, and cascaded."""
