"""The hooks and options of ``pytest``; imports nothing heavy, since it is loaded before settings exist."""
