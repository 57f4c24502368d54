"""Sign-in by a provider of identities: OpenID Connect, the code flow with PKCE, by Authlib."""

from starlette.routing import Route

from recommender.review.team.accounts import Accounts
from recommender.review.team.settings import Settings
from recommender.review.team.sign_in import TeamSignIn


class Provider:
    """The routes to a provider and back."""

    def __init__(self, settings: Settings, accounts: Accounts, signing: TeamSignIn) -> None:
        self.settings, self.accounts, self.signing = settings, accounts, signing

    def routes(self) -> list[Route]:
        """Return the routes."""
        return []
