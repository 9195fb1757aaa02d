"""How a connection arrives: who announced it (PROXY protocol), whether it speaks TLS, which peers are trusted
proxies. What it says then is for `http` and `mqtt`.
"""
