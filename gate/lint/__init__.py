"""A contract by itself: is it well made, do its examples fit, can each of its requirements be traced?"""
