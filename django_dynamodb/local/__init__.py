"""Holds the engine of ``manage.py dynamo_local``: DynamoDB on this machine, with data that survive a restart."""
