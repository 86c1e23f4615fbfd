"""Django's stock parts over the models of the suite: an admin site, forms and the generic views, with their URLs."""

from django import forms
from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.auth import get_user_model
from django.urls import path
from django.views import generic

from tests.testapp.models import Everything, Note, Thread, Ticket

site = AdminSite()
for model in (Everything, Note, Thread, Ticket, get_user_model()):
    site.register(model, ModelAdmin)


class ThreadForm(forms.ModelForm):
    """A form for a pair of keys."""

    class Meta:
        """The fields that have a form field of Django's own."""

        model = Thread
        fields = ["forum", "subject", "author", "views", "meta"]


class NoteForm(forms.ModelForm):
    """A form with a choice of SQL users."""

    class Meta:
        """The key is made by a default."""

        model = Note
        fields = ["owner", "text"]


class Page:
    """What the views share: the class-level query set is the trap that a view must not freeze."""

    queryset = Thread.objects.filter(forum="AWS")
    template_name = "thread.html"
    success_url = "/threads/"


class List(Page, generic.ListView):
    """Threads of a forum, two a page."""

    paginate_by = 2


class Detail(Page, generic.DetailView):
    """One thread."""


class Create(Page, generic.CreateView):
    """A new thread."""

    form_class = ThreadForm


class Update(Page, generic.UpdateView):
    """A changed thread."""

    form_class = ThreadForm


class Delete(Page, generic.DeleteView):
    """A thread less."""


urlpatterns = [
    path("admin/", site.urls),
    path("threads/", List.as_view()),
    path("threads/new/", Create.as_view()),
    path("threads/<str:pk>/", Detail.as_view(), name="thread"),
    path("threads/<str:pk>/edit/", Update.as_view()),
    path("threads/<str:pk>/delete/", Delete.as_view()),
]
