"""Pages of the forum."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import cached_property
from django.views.generic import CreateView, DeleteView, DetailView, ListView, UpdateView

from django_dynamodb.exceptions import ConditionFailedError, ItemDeletedError
from example.paging import page_or_404
from forum.forms import ReplyForm, ReportForm, ThreadEditForm, ThreadForm
from forum.models import Forum, Reply, Thread

THREADS_PER_PAGE = 10
REPLIES_PER_PAGE = 20


class RemembersName:
    """Fills in the name the visitor signed with last time."""

    name_field = "author"

    def get_initial(self):
        return super().get_initial() | {self.name_field: self.request.session.get("name", "")}

    def remember_name(self, form):
        self.request.session["name"] = form.cleaned_data[self.name_field]


class KeepsText:
    """Gives people their text back when the thread was deleted while they wrote."""

    def post(self, request, *args, **kwargs):
        try:
            return super().post(request, *args, **kwargs)
        except (Http404, ItemDeletedError):
            return render(request, "forum/thread_gone.html", {"text": request.POST.get("body", "")}, status=410)


class ForumList(ListView):
    """The few forums there are: one Scan, sorted here, because a scan has no order."""

    template_name = "forum/forum_list.html"

    def get_queryset(self):
        return sorted(Forum.objects.all(), key=lambda forum: forum.title)


class ForumDetail(DetailView):
    """The threads of a forum, newest first, in pages."""

    model = Forum

    def get_context_data(self, **kwargs):
        threads = Thread.objects.query(self.object.pk, reverse=True)
        page = page_or_404(threads, self.request.GET.get("page"), THREADS_PER_PAGE)
        return super().get_context_data(page=page, **kwargs)


class ThreadCreate(RemembersName, CreateView):
    """A new thread."""

    template_name = "forum/thread_form.html"
    form_class = ThreadForm

    @cached_property
    def forum(self):
        return get_object_or_404(Forum, pk=self.kwargs["pk"])

    def get_context_data(self, **kwargs):
        return super().get_context_data(forum=self.forum, **kwargs)

    def form_valid(self, form):
        thread = form.save(commit=False)
        thread.forum = self.forum
        thread.save(force_insert=True)  # replaces none
        self.forum.count_thread()
        self.remember_name(form)
        messages.success(self.request, "Your thread is open.")
        return redirect(thread)


class ThreadDetail(KeepsText, RemembersName, CreateView):
    """A thread with a page of its replies, that of a cursor or of a reply, and the form for one more."""

    template_name = "forum/thread_detail.html"
    form_class = ReplyForm

    @cached_property
    def thread(self):
        return get_object_or_404(Thread, pk=self.kwargs["pk"])

    def get_context_data(self, **kwargs):
        before = (self.kwargs.get("number", 1) - 1) // REPLIES_PER_PAGE * REPLIES_PER_PAGE
        last_before = Reply(thread=self.thread.pk, number=before) if before > 0 else None
        after = self.request.GET.get("page") or last_before
        page = page_or_404(Reply.objects.query(self.thread.pk), after, REPLIES_PER_PAGE)
        return super().get_context_data(thread=self.thread, page=page, **kwargs)

    def form_valid(self, form):
        reply = form.save(commit=False)
        reply.thread = self.thread.pk
        reply.number = self.thread.count_reply()
        reply.save(force_insert=True)
        self.remember_name(form)
        messages.success(self.request, f"Your reply is number {reply.number}.")
        return redirect(reply)


class ThreadUpdate(KeepsText, RemembersName, UpdateView):
    """An edit, refused when somebody else's came first: the form then shows both texts."""

    model = Thread
    template_name = "forum/thread_form.html"
    form_class = ThreadEditForm
    name_field = "edited_by"

    def get_initial(self):
        return super().get_initial() | {"revision": self.object.revision}

    def form_valid(self, form):
        try:
            thread = form.save()
        except ItemDeletedError:
            raise
        except ConditionFailedError as error:
            form.add_conflict(Thread.from_item(error.item))
            return self.form_invalid(form)
        self.remember_name(form)
        messages.success(self.request, "Your edit is saved.")
        return redirect(thread)


class ThreadDelete(DeleteView):
    """Deletes a thread and its replies, after a confirmation."""

    model = Thread

    def form_valid(self, form):
        thread, forum = self.object, self.object.forum
        thread.delete_with_replies()
        messages.success(self.request, f"“{thread}” is deleted.")
        return redirect(forum)


class ReportCreate(CreateView):
    """A complaint about a thread or one of its replies; the visitor is told its number."""

    template_name = "forum/report_form.html"
    form_class = ReportForm

    @cached_property
    def post_reported(self):
        thread, number = self.kwargs["pk"], self.kwargs.get("number")
        if number is None:
            return get_object_or_404(Thread, pk=thread)
        return get_object_or_404(Reply, pk=(thread, number))

    def get_context_data(self, **kwargs):
        return super().get_context_data(reported=self.post_reported, **kwargs)

    def form_valid(self, form):
        report = form.save(commit=False)
        report.thread, report.reply = self.kwargs["pk"], self.kwargs.get("number")
        report.save()  # takes the next number from the counter
        messages.success(self.request, f"Thank you. Your report has the number {report.pk}.")
        return redirect(self.post_reported)
