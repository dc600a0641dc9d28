"""Subschema check: does every instance of one schema satisfy another?"""
