"""Serves threads and issues with filter sets of django-filter, and their schema."""

import pytest

pytest.importorskip("django_filters")

from django_filters import rest_framework as filters
from rest_framework import routers, serializers, viewsets

from django_dynamodb.contrib.drf.filters import KeyOrderingFilter, KeySearchFilter
from django_dynamodb.contrib.drf.filtersets import KeyFilterSet, KeyFilterSetBackend
from django_dynamodb.contrib.drf.serializers import DynamoModelSerializer
from django_dynamodb.contrib.drf.views import DynamoModelViewSet
from tests.contrib.drf.threads import Pages, serializer_of
from tests.testapp.models import Issue, Note, Thread


class ThreadFilter(KeyFilterSet):
    """Everything that is served, and a filter of the author's."""

    busy = filters.BooleanFilter(method="filter_busy")
    forum = filters.CharFilter(label="Its forum")
    writers = filters.CharFilter(field_name="author", exclude=True)

    class Meta:
        """Everything."""

        model = Thread
        fields = "__all__"

    def filter_busy(self, queryset, name, value):
        """Only threads with views, or those without."""
        return queryset.filter(views__gt=0) if value else queryset.filter(views=0)


class ThreadViewSet(DynamoModelViewSet):
    """Threads by a filter set."""

    queryset = Thread.objects.all()
    serializer_class = serializer_of(Thread, DynamoModelSerializer)
    pagination_class = Pages
    filter_backends = [KeyFilterSetBackend]
    filterset_class = ThreadFilter


class FieldsViewSet(ThreadViewSet):
    """Threads by fields that are named."""

    filterset_class = None
    filterset_fields = {"author": ["exact"], "posted": ["gte", "lte", "range"]}


class NothingViewSet(ThreadViewSet):
    """Threads by nothing."""

    filterset_class = None


class BothViewSet(FieldsViewSet):
    """Threads by fields that are named, and by a search."""

    filter_backends = [KeyFilterSetBackend, KeySearchFilter, KeyOrderingFilter]


class StockViewSet(viewsets.ModelViewSet):
    """django-filter as it comes."""

    queryset = Thread.objects.all()
    serializer_class = serializer_of(Thread, serializers.ModelSerializer)
    filter_backends = [filters.DjangoFilterBackend]
    filterset_fields = ["forum", "author", "views"]


class IssueViewSet(DynamoModelViewSet):
    """Issues by choices."""

    queryset = Issue.objects.all()
    serializer_class = serializer_of(Issue, DynamoModelSerializer)
    filter_backends = [KeyFilterSetBackend]
    filterset_fields = "__all__"


class NoteViewSet(DynamoModelViewSet):
    """Notes by a user in SQL."""

    queryset = Note.objects.all()
    serializer_class = serializer_of(Note, DynamoModelSerializer)
    filter_backends = [KeyFilterSetBackend]
    filterset_fields = "__all__"


router = routers.SimpleRouter()
router.register("thread", ThreadViewSet)
router.register("fields", FieldsViewSet, "fields")
router.register("both", BothViewSet, "both")
router.register("nothing", NothingViewSet, "nothing")
router.register("stock", StockViewSet, "stock")
router.register("issue", IssueViewSet)
router.register("note", NoteViewSet)

urlpatterns = router.urls
