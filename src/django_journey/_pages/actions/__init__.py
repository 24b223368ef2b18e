"""The actions of a user: click, type, choose, upload, submit, follow a link."""
