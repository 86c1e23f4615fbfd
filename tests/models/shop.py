"""Declares the models of a shop, which share one table: customers, their orders and invoices."""

import datetime as dt

import pytest

from django_dynamodb import models
from tests.declaring import declare

__all__ = ["declare"]

KEYS = {"name": "shop", "partition_key": "pk1", "sort_key": "sk1"}
DAY, NEXT = dt.date(2024, 1, 2), dt.date(2024, 1, 3)


class Shop:
    """The models, and a few stored objects when asked."""

    def __init__(self, declare):
        self.customer = declare(
            "Customer", table={**KEYS, "entity": "customer"}, customer=models.CharField(max_length=40),
            email=models.CharField(max_length=40, blank=True),
            pk1=models.TemplateField("CUSTOMER#{customer}"), sk1=models.TemplateField("PROFILE"),
        )  # fmt: skip
        index = models.GlobalIndex("by_status", "gpk", "gsk")
        self.order = declare(
            "Order", table={**KEYS, "entity": "order", "indexes": [index]}, customer=models.CharField(max_length=40),
            placed=models.DateField(), number=models.IntegerField(),
            status=models.CharField(max_length=10, default="new", blank=True),
            pk1=models.TemplateField("CUSTOMER#{customer}"),
            sk1=models.TemplateField("ORDER#{placed}#{number:08d}"),
            gpk=models.TemplateField("STATUS#{status}#{customer}"), gsk=models.TemplateField("{placed}#{number:08d}"),
        )  # fmt: skip
        self.invoice = declare(
            "Invoice", table={**KEYS, "entity": "invoice"}, customer=models.CharField(max_length=40),
            code=models.CharField(max_length=20), due=models.TTLField(null=True),
            pk1=models.TemplateField("CUSTOMER#{customer}"), sk1=models.TemplateField("INVOICE#{code}"),
        )  # fmt: skip

    def fill(self):
        """Customer c with orders 1 to 3, of two days, and an invoice."""
        self.customer.objects.create(customer="c", email="c@example.org")
        for number, placed in enumerate((DAY, DAY, NEXT), 1):
            self.order.objects.create(customer="c", placed=placed, number=number)
        self.invoice.objects.create(customer="c", code="i1")
        return self


@pytest.fixture
def shop(dynamodb, declare):
    """The models, with their table."""
    made = Shop(declare)
    made.customer.objects.create_table()
    return made


@pytest.fixture
def filled(shop, sent):
    """The same, with objects; what was sent for them is forgotten."""
    shop.fill()
    sent.clear()
    return shop
