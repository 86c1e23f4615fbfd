"""Writes the requests of the service and reads its answers: one frozen record per verb, payload down, result up."""
