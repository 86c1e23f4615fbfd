"""Routes the viewsets of filter sets whose schema is tested."""

from rest_framework import routers

from tests.contrib.drf.filtered import FieldsViewSet, IssueViewSet, NoteViewSet, ThreadViewSet

router = routers.SimpleRouter()
router.register("thread", ThreadViewSet)
router.register("fields", FieldsViewSet, "fields")
router.register("issue", IssueViewSet)
router.register("note", NoteViewSet)

urlpatterns = router.urls
