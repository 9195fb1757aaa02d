"""What the gateway and the devices' door share: the wire, bodies, answers, problem documents, rate limits,
the access log.
"""
