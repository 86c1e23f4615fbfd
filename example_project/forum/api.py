"""The forum as a REST API: forums and replies to read, threads to write as well."""

from django.utils import timezone

from django_dynamodb.contrib.drf.serializers import DynamoModelSerializer
from django_dynamodb.contrib.drf.views import DynamoModelViewSet, DynamoReadOnlyModelViewSet
from forum.models import Forum, Reply, Thread


class ForumSerializer(DynamoModelSerializer):
    class Meta:
        model = Forum
        fields = ["slug", "title", "description", "threads"]


class ForumViewSet(DynamoReadOnlyModelViewSet):
    """The few forums there are."""

    queryset = Forum.objects.all()
    serializer_class = ForumSerializer


class ThreadSerializer(DynamoModelSerializer):
    class Meta:
        model = Thread
        fields = "__all__"


class ThreadViewSet(DynamoModelViewSet):
    """Threads: ?forum=tea lists those of one forum, ?forum=tea&ordering=-key the newest first.

    An edit with If-Match of an outdated ETag is refused. Whoever is logged in may write.
    """

    queryset = Thread.objects.all()
    serializer_class = ThreadSerializer

    def perform_create(self, serializer):
        super().perform_create(serializer)
        serializer.instance.forum.count_thread()

    def perform_update(self, serializer):
        """Counts the edit, which the forum's own editors compare."""
        serializer.save(
            revision=serializer.instance.revision + 1,
            edited=timezone.now(),
            edited_by=self.request.user.get_username(),
        )

    def perform_destroy(self, instance):
        instance.delete_with_replies()


class ReplySerializer(DynamoModelSerializer):
    class Meta:
        model = Reply
        fields = "__all__"


class ReplyViewSet(DynamoReadOnlyModelViewSet):
    """Replies: ?thread=… lists those to one thread, by its key, in the order of their numbers."""

    queryset = Reply.objects.all()
    serializer_class = ReplySerializer
