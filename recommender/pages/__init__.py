"""Web pages: the templates and styles that all pages share, their charts, and how they are rendered."""
