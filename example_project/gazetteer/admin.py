"""Countries and cities in Django's admin."""

from django.contrib import admin

from django_dynamodb.admin import DynamoModelAdmin
from gazetteer.models import City, Country


@admin.register(Country)
class CountryAdmin(DynamoModelAdmin):
    """The filter is a Query of ``by_continent``, whose sort key is the name."""

    list_display = ["name", "code", "capital", "population"]
    list_filter = ["continent"]
    readonly_fields = ["cities", "loaded"]  # counted by load_cities

    def has_add_permission(self, request):
        return False  # load_cities brings them all

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        Country.forget_list()

    def delete_model(self, request, obj):
        super().delete_model(request, obj)
        Country.forget_list()

    def delete_queryset(self, request, queryset):
        super().delete_queryset(request, queryset)
        Country.forget_list()


@admin.register(City)
class CityAdmin(DynamoModelAdmin):
    """Searched by country, then by the beginning of the name: ``BR sao``; a new one takes its country by key."""

    list_display = ["name", "country", "population", "rank", "timezone"]
    list_per_page = 20
