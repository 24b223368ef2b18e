"""The parsed page as a tree: parser, document, walks of it, its URLs."""
