"""Declares a model whose items come in versions, and stores items of each."""

import pytest

from django_dynamodb import models


class Versioned:
    """A person who had one name in version 1, has two since 2, and shows a visit more in 4.

    Args:
        declare: The maker of models.
        table: Options of ``class Table``.
        fields: Fields besides.
    """

    def __init__(self, declare, table=None, **fields):
        options = {"item_version": "v", **(table or {})}
        self.model = declare.stored(
            "Person",
            table={name: value for name, value in options.items() if value is not None},
            first=models.CharField(max_length=20, blank=True),
            last=models.CharField(max_length=20, blank=True),
            visits=models.IntegerField(default=0),
            **fields,
        )
        self.runs = []
        self.table = self.model._meta.open_table()
        models.migration(self.model, 2)(self.split)
        models.migration(self.model, 4)(self.visit)

    def split(self, item):
        """Version 2: two names for one."""
        self.runs.append(2)
        item["first"], item["last"] = item.pop("name").split(" ")

    def visit(self, item):
        """Version 4: what must not happen twice."""
        self.runs.append(4)
        item["visits"] = item.get("visits", 0) + 1

    def put(self, code="a", **attributes):
        """Stores an item as it is given."""
        item = {"code": {"S": code}, **attributes}
        self.table.put(item)
        return item

    def put_first(self, code="a", name="Ada Lovelace", **attributes):
        """Stores an item of the first version."""
        return self.put(code, name={"S": name}, **attributes)

    def put_second(self, code="a", **attributes):
        """Stores an item of version 2."""
        return self.put(code, first={"S": "Ada"}, last={"S": "Lovelace"}, v={"N": "2"}, **attributes)

    def stored(self, code="a"):
        """The item as it stands."""
        return self.table.get({"code": {"S": code}}, consistent=True)


@pytest.fixture
def people(declare, dynamodb):
    """The model, with a version attribute."""
    return Versioned(declare)


@pytest.fixture
def detected(declare, dynamodb):
    """The model as dynamodb-mapper had it: without an attribute, each version told by what the item holds."""
    made = Versioned(declare, table={"item_version": None})
    models.detection(made.model, 1)(lambda item: "name" in item)
    models.detection(made.model, 2)(lambda item: "first" in item and "visits" not in item)
    models.detection(made.model, 4)(lambda item: "visits" in item)
    return made
