"""Addresses of the gazetteer."""

from django.urls import path

from gazetteer import views

app_name = "gazetteer"
urlpatterns = [
    path("", views.CountryList.as_view(), name="countries"),
    path("country/<str:pk>/", views.CountryDetail.as_view(), name="country"),
    path("city/<str:pk>/", views.CityDetail.as_view(), name="city"),
]
