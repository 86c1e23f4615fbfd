"""An app without models of its own: those a page of the documentation defines are registered here while it runs."""
