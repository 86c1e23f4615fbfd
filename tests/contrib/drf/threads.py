"""Serves the models of the suite as REST APIs: as Django REST framework comes, and with this package's classes."""

import datetime as dt

from rest_framework import routers, serializers, viewsets

from django_dynamodb.contrib.drf.filters import KeyFilterBackend, KeyOrderingFilter, KeySearchFilter
from django_dynamodb.contrib.drf.notes import NoteField
from django_dynamodb.contrib.drf.pagination import DynamoCursorPagination
from django_dynamodb.contrib.drf.serializers import DynamoModelSerializer
from django_dynamodb.contrib.drf.views import DynamoModelViewSet
from tests.testapp.models import Account, Everything, Issue, Note, Reading, Session, Thread, Ticket

DAY = dt.datetime(2024, 1, 2, tzinfo=dt.UTC)
MOMENTS = [DAY, DAY, DAY, DAY + dt.timedelta(hours=1), DAY + dt.timedelta(days=40)]
MODELS = (Account, Everything, Issue, Note, Reading, Session, Thread, Ticket)


def serializer_of(model, base, **body):
    """A serializer of all fields of a model."""
    return type(
        f"{model.__name__}Serializer",
        (base,),
        {"Meta": type("Meta", (), {"model": model, "fields": "__all__"}), **body},
    )


def viewset_of(model, base, serializer, **body):
    """A viewset of a model."""
    return type(
        f"{model.__name__}ViewSet", (base,), {"queryset": model.objects.all(), "serializer_class": serializer, **body}
    )


class Pages(DynamoCursorPagination):
    """Three a page, or as many as the client says."""

    page_size = 3
    page_size_query_param = "size"
    max_page_size = 5


class NotedSerializer(DynamoModelSerializer):
    """A thread with a note of how it was read."""

    as_shown = NoteField(ignores=["views"])

    class Meta:
        """Everything."""

        model = Thread
        fields = "__all__"


class ThreadViewSet(DynamoModelViewSet):
    """Threads, with everything of this package."""

    queryset = Thread.objects.all()
    serializer_class = serializer_of(Thread, DynamoModelSerializer)
    pagination_class = Pages
    search_fields = ["forum", "subject", "author"]


class NotedViewSet(ThreadViewSet):
    """Threads with notes."""

    serializer_class = NotedSerializer


class AuthorViewSet(ThreadViewSet):
    """Threads by their key and author alone."""

    key_indexes = ["by_author"]
    extra_parameters = ["theme"]


class StockFilters(viewsets.ModelViewSet):
    """Stock, but for pages and filters."""

    queryset = Thread.objects.all()
    serializer_class = serializer_of(Thread, serializers.ModelSerializer)
    pagination_class = Pages
    filter_backends = [KeyFilterBackend, KeySearchFilter, KeyOrderingFilter]
    search_fields = ["forum", "author"]


router = routers.SimpleRouter()
for model in MODELS:
    stock = serializer_of(model, serializers.ModelSerializer)
    router.register(
        f"stock/{model._meta.model_name}",
        viewset_of(model, viewsets.ModelViewSet, stock),
        f"stock-{model._meta.model_name}",
    )
    if model is not Thread:
        own = viewset_of(model, DynamoModelViewSet, serializer_of(model, DynamoModelSerializer))
        router.register(model._meta.model_name, own)
router.register("thread", ThreadViewSet)
router.register("noted", NotedViewSet, "noted")
router.register("authors", AuthorViewSet, "authors")
router.register("filtered", StockFilters, "filtered")

urlpatterns = router.urls
