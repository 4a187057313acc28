"""Addresses of the site in `archive_site`: HyperKitty's own, and one at which a test takes a message out of the archive."""

from django.conf.urls import include
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt
from hyperkitty.models import Email


@csrf_exempt
def forget(request: HttpRequest, number: str) -> HttpResponse:
    """Delete a message as its moderators can, without their having to log in."""
    Email.objects.get(message_id_hash=number).delete()
    return HttpResponse(status=204)


urlpatterns = [
    path("forget/<str:number>", forget),
    path("", include("hyperkitty.urls")),
    path("", include("django_mailman3.urls")),
    path("accounts/", include("allauth.urls")),
]
