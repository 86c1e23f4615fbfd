"""Routes the viewsets whose schema is tested: one for each model, with everything of this package."""

from rest_framework import routers

from django_dynamodb.contrib.drf.serializers import DynamoModelSerializer
from django_dynamodb.contrib.drf.views import DynamoModelViewSet
from tests.contrib.drf.threads import MODELS, NotedViewSet, ThreadViewSet, serializer_of, viewset_of
from tests.testapp.models import Thread

router = routers.SimpleRouter()
for model in MODELS:
    own = viewset_of(model, DynamoModelViewSet, serializer_of(model, DynamoModelSerializer))
    router.register(model._meta.model_name, ThreadViewSet if model is Thread else own)
router.register("noted", NotedViewSet, "noted")

urlpatterns = router.urls
