"""Addresses of the forum; a thread is named by its packed key, such as ``help~20261102-103015-000042``."""

from django.urls import path

from forum import views

app_name = "forum"
urlpatterns = [
    path("", views.ForumList.as_view(), name="forums"),
    path("in/<slug:pk>/", views.ForumDetail.as_view(), name="forum"),
    path("in/<slug:pk>/new/", views.ThreadCreate.as_view(), name="thread-new"),
    path("thread/<str:pk>/", views.ThreadDetail.as_view(), name="thread"),
    path("thread/<str:pk>/reply/<int:number>/", views.ThreadDetail.as_view(), name="reply"),
    path("thread/<str:pk>/edit/", views.ThreadUpdate.as_view(), name="thread-edit"),
    path("thread/<str:pk>/delete/", views.ThreadDelete.as_view(), name="thread-delete"),
    path("thread/<str:pk>/report/", views.ReportCreate.as_view(), name="report"),
    path("thread/<str:pk>/report/<int:number>/", views.ReportCreate.as_view(), name="report-reply"),
]
