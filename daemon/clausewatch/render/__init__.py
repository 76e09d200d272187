"""An event as people read it: pure, and the same in mail, terminal, page and export."""
