"""Opens a few forums with threads in them, so that there is something to read."""

from datetime import timedelta

from django.core.management.base import BaseCommand
from django.utils import timezone

from forum.models import Forum, Reply, Report, Thread, sortable_key

FORUMS = {
    "modelling": ("Modelling", "Keys, indexes, and how to ask for what you need in one call."),
    "help": ("Help", "Something raised, and the message did not say enough."),
    "tea": ("Tea room", "Anything else."),
}

# forum, author, tags, subject, text, replies
THREADS = [
    (
        "modelling", "Ines", {"keys", "indexes"}, "One order for names, one for sizes",
        "The gazetteer lists the cities of a country by name and by population. How many tables is that?",
        [
            ("Tomasz", "One. The name is the sort key; the second order is a LocalIndex on the rank."),
            ("Ines", "And two cities with the same population?"),
            ("Tomasz", "That is why it is the rank and not the population: a page can go on after a rank."),
        ],
    ),
    (
        "modelling", "Ravi", {"counters"}, "Counting replies without reading them",
        'thread.replies = F("replies") + 1 and then thread.save(): the table does the sum.',
        [("Mette", "And the number that comes back is the number of my reply. Nice.")],
    ),
    (
        "modelling", "Mette", {"keys"}, "What does pk look like with two keys?",
        "The forum and the time it was started: look at the address of this page. Forms and views use it like any pk.",
        [],
    ),
    (
        "help", "Olu", {"scan"}, "ScanForbidden: no key or index serves author__exact",
        "I only wanted the threads of one author. Why is that forbidden?",
        [
            ("Ines", "Because it would read every thread there is, each time, and you would pay for it."),
            ("Ines", "Add the GlobalIndex the message names, or say scan() if you really mean all of them."),
        ],
    ),
    (
        "help", "Ravi", {"conflicts"}, "Two people edit the same thread",
        "Open the edit page of this thread in two windows, change both, save one, then the other. What happens?",
        [("Olu", "Tried it. Nothing was lost.")],
    ),
    *(
        ("tea", author, {"travel"}, f"What is there to see in {city}?", f"I have a day in {city}, on a {day}.", [])
        for author, city, day in [
            ("Ines", "Porto", "Monday"), ("Tomasz", "Gdańsk", "Tuesday"), ("Ravi", "Pune", "Wednesday"),
            ("Mette", "Aarhus", "Thursday"), ("Olu", "Ibadan", "Friday"), ("Ines", "Coimbra", "Saturday"),
            ("Tomasz", "Łódź", "Sunday"), ("Ravi", "Nagpur", "Monday"), ("Mette", "Odense", "Tuesday"),
            ("Olu", "Abuja", "Wednesday"), ("Ines", "Braga", "Thursday"), ("Tomasz", "Kraków", "Friday"),
        ]
    ),
]  # fmt: skip

# subject of the thread, number of the reply, what is wrong, what became of it
REPORTS = [
    ("Two people edit the same thread", 1, "Does not say which of the two was lost.", Report.State.KEPT),
    ("What is there to see in Porto?", None, "Belongs into a forum about travel.", Report.State.NEW),
    ("ScanForbidden: no key or index serves author__exact", 2, "The index has a name already.", Report.State.NEW),
]


class Command(BaseCommand):
    help = "Opens forums with a few threads, unless there are forums already."

    def handle(self, **options):
        if Forum.objects.exists():
            self.stdout.write("The forum is open already.")
            return
        threads = list(make_threads())
        Thread.objects.batch_write(puts=threads)
        Reply.objects.batch_write(puts=make_replies(threads))
        Forum.objects.batch_write(puts=make_forums())
        for report in make_reports(threads):
            report.save()  # takes the next number from the counter
        self.stdout.write(f"The forum is open, with {len(threads)} threads.")


def make_forums():
    """The forums, with the number of their threads."""
    for slug, (title, description) in FORUMS.items():
        count = sum(thread[0] == slug for thread in THREADS)
        yield Forum(slug=slug, title=title, description=description, threads=count)


def make_threads():
    """The threads, an hour between each and the next."""
    for age, (forum, author, tags, subject, body, replies) in enumerate(THREADS, start=1):
        started = timezone.now() - timedelta(hours=age)
        yield Thread(
            forum_id=forum,
            key=sortable_key(started),
            subject=subject,
            author=author,
            tags=tags,
            body=body,
            started=started,
            replies=len(replies),
            last_reply=started + timedelta(minutes=10 * len(replies)) if replies else None,
        )


def make_replies(threads):
    """The replies, ten minutes between each and the next."""
    for thread, (*_, replies) in zip(threads, THREADS, strict=True):
        for number, (author, body) in enumerate(replies, start=1):
            posted = thread.started + timedelta(minutes=10 * number)
            yield Reply(thread=thread.pk, number=number, author=author, body=body, posted=posted)


def make_reports(threads):
    """The reports, not numbered yet, a minute between each and the next."""
    keys = {thread.subject: thread.pk for thread in threads}
    for age, (subject, reply, reason, state) in enumerate(REPORTS):
        reported = timezone.now() - timedelta(minutes=len(REPORTS) - age)
        yield Report(thread=keys[subject], reply=reply, reason=reason, state=state, reported=reported)
