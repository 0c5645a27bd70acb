"""Pages: where the members of each organization sign in, set up and switched off by an administrator."""

from uuid import UUID

from flask.typing import ResponseReturnValue

from referral.accounts import queries, service
from referral.accounts.permissions import AccountPermission
from referral.accounts.schemas import ProviderForm
from referral.accounts.views.blueprint import pages, settings
from referral.foundation import clock
from referral.web.forms import FormState
from referral.web.guard import allow
from referral.web.pages import go, read, redisplay, show
from referral.web.transaction import db, me


@pages.get("/protection/providers")
@allow(AccountPermission.CHANGE_PROVIDER)
def providers() -> ResponseReturnValue:
    """Show where the members of each organization sign in."""
    return show("accounts/providers.html", rows=queries.providers_in(db(), me().network_id))


def provider_page(organization_id: UUID, form: FormState | None = None) -> ResponseReturnValue:
    """Show an organization's own sign-in, but never its secret."""
    organization = service.member(db(), organization_id, by=me())
    known = queries.provider_set_up(db(), organization.id)
    address = f"{settings().public_base_url}/sign-in/with/{known.slug}" if known else ""
    return show("accounts/provider.html", organization=organization, provider=known, address=address, form=form)


@pages.get("/protection/providers/<uuid:organization_id>")
@allow(AccountPermission.CHANGE_PROVIDER)
def provider(organization_id: UUID) -> ResponseReturnValue:
    """Show an organization's own sign-in."""
    return provider_page(organization_id)


@pages.post("/protection/providers/<uuid:organization_id>")
@allow(AccountPermission.CHANGE_PROVIDER)
@redisplay(provider_page)
def keep_provider(organization_id: UUID) -> ResponseReturnValue:
    """Set it up, or change it."""
    given = read(ProviderForm) | {"is_production": settings().is_production}
    service.keep_provider(db(), organization_id, **given, by=me(), at=clock.now())
    return go("accounts.provider", "The provider answered. Its members can sign in.", organization_id=organization_id)


@pages.post("/protection/providers/<uuid:organization_id>/off")
@allow(AccountPermission.CHANGE_PROVIDER)
def switch_off_provider(organization_id: UUID) -> ResponseReturnValue:
    """Switch it off."""
    service.switch_off_provider(db(), organization_id, by=me(), at=clock.now())
    return go("accounts.providers", "Switched off. Passwords open the organization again.")
