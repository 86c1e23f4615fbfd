"""The project: settings, addresses, the frame of every page, and the paging both apps use."""
