"""Writes DynamoDB's expression language: pure text out of frozen nodes, every name and value behind a placeholder."""
