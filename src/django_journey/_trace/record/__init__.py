"""Events, the recorder, and the trace's files."""
