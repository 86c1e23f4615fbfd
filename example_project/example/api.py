"""Addresses of the API."""

from rest_framework.routers import DefaultRouter

from forum.api import ForumViewSet, ReplyViewSet, ThreadViewSet
from gazetteer.api import CityViewSet, CountryViewSet

router = DefaultRouter()
router.register("countries", CountryViewSet)
router.register("cities", CityViewSet)
router.register("forums", ForumViewSet)
router.register("threads", ThreadViewSet)
router.register("replies", ReplyViewSet)

urlpatterns = router.urls
