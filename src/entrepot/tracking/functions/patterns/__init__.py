"""Movement patterns: pure steps from a device's trips and stops to its places, its habits, and how unusual
what it does now is.

Segments become episodes (`episodes`); their stops gather in places (`places`); what is done when, and
which ways are taken, is learned from them (`habits`, `routes`); an episode is judged by that (`unusual`).
"""
