"""Joins Django REST framework: serializers, pages by cursor, filters by keys, and answers to conflicts.

This face hands nothing on: Django REST framework imports the classes its settings name while it is itself being
imported, so each of them has to be reached without the others.
"""
