"""Countries and cities as a REST API that is read alone."""

from django_dynamodb.contrib.drf.serializers import DynamoModelSerializer
from django_dynamodb.contrib.drf.views import DynamoReadOnlyModelViewSet
from gazetteer.models import City, Country


class CountrySerializer(DynamoModelSerializer):
    class Meta:
        model = Country
        fields = "__all__"


class CountryViewSet(DynamoReadOnlyModelViewSet):
    """Countries: ?continent=Europe lists those of a continent, by name."""

    queryset = Country.objects.all()
    serializer_class = CountrySerializer


class CitySerializer(DynamoModelSerializer):
    class Meta:
        model = City
        fields = "__all__"


class CityViewSet(DynamoReadOnlyModelViewSet):
    """Cities: ?country=FR by name, ?country=FR&place__startswith=par by beginning, ?country=FR&rank__lte=3."""

    queryset = City.objects.all()
    serializer_class = CitySerializer
