"""What each worker of the server runs; the settings come from the environment."""

import os
from pathlib import Path

from recommender.pages.guard import App
from recommender.review.store import Store, url_of
from recommender.review.team.app import team_app
from recommender.review.team.settings import FILE, read_settings
from recommender.rulebook.loading import load_rulebook


def application() -> App:
    """Return the application.

    Raises:
        RecommenderError: where the settings, the rulebook or the store cannot be used.

    """
    file = os.environ.get(FILE)
    settings = read_settings(Path(file) if file else None)
    book = load_rulebook(Path(settings.rules) if settings.rules else None)
    return team_app(Store(url_of(settings.store), make=False), book, settings)
